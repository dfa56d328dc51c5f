"""How well does the Chinese base learn to write copy from attributes? `python -m finetune.adgen --work FOLDER`.

    AdvertiseGen rows -> 96 kept apart -> a side run on the others -> both write for the 96 -> overlap with a person's

The base is shown three examples, the tuned one none. Both write in the runtime that serves: greedily, and as the
copywriter does, where the best of several drawn texts is taken by checks that know nothing of what a person wrote.
Killed, it goes on with the same command. Nothing of the set is shipped. Standard output: JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import EngineFailed, HawkerError
from core.generation import GenerationRequest, Message, Sampling
from core.plain import plain
from core.settings import Settings, load_settings
from engine.opening import open_engine
from evals.attribute_copy import AttributeCopy, coverage, parted, read_attribute_copy
from evals.overlap import Overlap, characters, chinese_words, overlap
from evals.public_data import data_folder
from finetune.examples import Example
from finetune.making import Made, make_adapter
from finetune.recipe import Recipe, read_recipe
from finetune.watching import Progress

TESTED = 96
SHOWN = 3
"""examples that the bare base is shown"""
SYSTEM = "根据商品的属性写一段广告文案，每个属性都要写到。"
ROOM = 160
"""tokens of an answer"""
GREEDY = Sampling(max_new_tokens=ROOM, temperature=0.0, stop=("\n",))
DRAWN = Sampling(max_new_tokens=ROOM, temperature=0.7, top_p=0.9, stop=("\n",))
DRAWS = 4
_ENDS = "，。；！？,.!?"
_CLAUSE = re.compile(f"[^{_ENDS}]+[{_ENDS}]*")


@dataclass(frozen=True, slots=True)
class Score:
    """One writer over all rows that were kept apart."""

    writer: str
    coverage: float
    """share of attribute values that the copy names"""
    by_characters: Overlap
    by_words: Overlap


def recipe() -> Recipe:
    return read_recipe(Path("adgen"))


def as_example(row: AttributeCopy, number: int) -> Example:
    """What a side run learns of one row."""
    name = f"adgen/{number}"
    return Example(name, "copy", "zh", name, _asked(row), "", "", row.copy)


def _asked(row: AttributeCopy, shown: Sequence[AttributeCopy] = ()) -> tuple[Message, ...]:
    turns = [turn for one in shown for turn in (Message("user", one.told), Message("assistant", one.copy))]
    return (Message("system", SYSTEM), *turns, Message("user", row.told))


def trained(learned: Sequence[AttributeCopy], settings: Settings, work: Path) -> Made:
    """The side run's adapter in `work`; a run that was begun goes on."""
    examples = [as_example(row, number) for number, row in enumerate(learned)]
    return make_adapter(recipe(), settings, examples, work, resume=work.is_dir(), tell=_teller())


def _teller() -> Callable[[Progress], None]:
    """Tells on the standard error of now: the libraries' is silenced while they train."""
    stream = sys.stderr
    return lambda now: print(now, file=stream, flush=True)


def written(
    settings: Settings, tested: Sequence[AttributeCopy], shown: Sequence[AttributeCopy], adapter: Path | None
) -> tuple[list[str], list[str]]:
    """What the base writes for each row, through the adapter in a folder or by itself: greedily, and the best of
    several. Raises `EngineFailed`.
    """
    known = {"adgen": adapter} if adapter else {}
    engine = open_engine(settings, recipe().base, known)

    def asked(sampling: Sampling) -> list[str]:
        name = "adgen" if adapter else None
        requests = [GenerationRequest(uuid.uuid4().hex, _asked(row, shown), sampling, name) for row in tested]
        results = engine.generate(requests)
        if failed := next((result.error for result in results if result.error), None):
            raise EngineFailed(f"the model {recipe().base} gave up: {failed}")
        return [result.text.strip() for result in results]

    try:
        greedy = asked(GREEDY)
        drawn = [asked(replace(DRAWN, seed=seed)) for seed in range(1, DRAWS + 1)]
    finally:
        engine.close()
    return greedy, [best(row, texts) for row, texts in zip(tested, zip(*drawn, strict=True), strict=True)]


def best(row: AttributeCopy, texts: Sequence[str]) -> str:
    """The text that names most of the attributes and, of equal ones, repeats itself least; each clause once."""
    cleaned = {said_once(text): text for text in texts}
    return max(cleaned, key=lambda one: (coverage([row], [one]), len(one) / max(1, len(cleaned[one]))))


def said_once(text: str) -> str:
    """`text` without the clauses that it has said before: small models that write greedily fall into loops."""
    said: dict[str, str] = {}
    for clause in _CLAUSE.findall(text):
        said.setdefault(clause.rstrip(_ENDS), clause)
    return "".join(said.values())


def _by_writer(name: str, texts: tuple[list[str], list[str]]) -> dict[str, list[str]]:
    return {f"{name}, greedy": texts[0], f"{name}, best of {DRAWS}": texts[1]}


def score(writer: str, tested: Sequence[AttributeCopy], texts: Sequence[str]) -> Score:
    people = [row.copy for row in tested]
    return Score(
        writer=writer,
        coverage=round(coverage(tested, texts), 4),
        by_characters=overlap(texts, people, characters),
        by_words=overlap(texts, people, chinese_words),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m finetune.adgen", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of the side run and its adapter")
    given = parser.parse_args(arguments)
    try:
        settings = load_settings()
        learned, tested = parted(read_attribute_copy(data_folder()), TESTED)
        adapter = trained(learned, settings, given.work).folder
        texts = _by_writer("base, three examples", written(settings, tested, learned[:SHOWN], None))
        texts |= _by_writer("tuned", written(settings, tested, (), adapter))
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    scores = [score(writer, tested, own) for writer, own in texts.items()]
    person = round(coverage(tested, [row.copy for row in tested]), 4)
    samples = [{"asked": row.told, **{name: own[at] for name, own in texts.items()}} for at, row in enumerate(tested)]
    out = {"rows": len(tested), "coverage_of_people": person, "scores": plain(scores), "samples": samples}
    print(json.dumps(out, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
