"""Would a model be graded on what it has read? Examples that are a text of the held-out shops, or of the held-out part.

An answer is held against every sentence and question of those shops, each line of a prompt against their questions,
pages and descriptions as wholes: that two shops take no cheques is no leak. What a base model read before is not ours
to know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import evals
from finetune.data.findings import Dropped
from finetune.data.near_duplicates import AlikeIndex, long_enough
from finetune.data.sourced import Sourced
from finetune.examples import Example

HELD_OUT_SHOPS = Path(str(evals.__file__)).with_name("shops")
SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n")
SPEAKER = re.compile(r"^\w{1,12}[:：]\s*")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """(where, text) of what a model will be graded with, short texts aside."""

    wholes: tuple[tuple[str, str], ...]
    sentences: tuple[tuple[str, str], ...]


@cache
def held_out(folder: Path = HELD_OUT_SHOPS) -> HeldOut:
    """The texts of the shops in `folder`."""
    texts = [(where, text) for where, text in _texts(folder) if long_enough(text)]
    parts = [(where, part.strip()) for where, text in texts for part in SENTENCE.split(text)]
    return HeldOut(tuple(texts), (*texts, *(pair for pair in parts if long_enough(pair[1]))))


def without_leaks(rows: Sequence[Sourced], folder: Path = HELD_OUT_SHOPS) -> tuple[list[Sourced], list[Dropped]]:
    """`rows` less those whose answer or prompt is nearly a text of a held-out shop."""
    known = held_out(folder)
    in_answers, in_prompts = _finder(known.sentences), _finder(known.wholes)
    kept: list[Sourced] = []
    dropped: list[Dropped] = []
    for row in rows:
        found = (in_prompts(line) for line in _lines(row.example))
        leak = in_answers(row.example.answer) or next(filter(None, found), "")
        if leak:
            dropped.append(Dropped(row.place, f"is nearly a text of the held-out shop {leak}"))
        else:
            kept.append(row)
    return kept, dropped


def split_leaks(learned: Sequence[Example], kept: Sequence[Example]) -> list[tuple[Example, Example]]:
    """Pairs of a learned and a held-out example of one task whose answers are nearly the same: the held-out loss would
    reward reciting."""
    found: list[tuple[Example, Example]] = []
    for task in {one.task for one in kept}:
        watched = {one.id: one for one in kept if one.task == task and long_enough(one.answer)}
        index = _index([(one.id, one.answer) for one in watched.values()])
        mine = (one for one in learned if one.task == task and long_enough(one.answer))
        near = ((one, next(index.alike(one.answer), None)) for one in mine)
        found += [(one, watched[hit[0]]) for one, hit in near if hit is not None]
    return found


def _finder(texts: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """Where a text like the given one stands, or nothing; pages come in many prompts and are looked for once."""
    index = _index(texts)

    @cache
    def where(text: str) -> str:
        return next((name for name, _ in index.alike(text)), "") if long_enough(text) else ""

    return where


def _index(texts: Sequence[tuple[str, str]]) -> AlikeIndex:
    index = AlikeIndex(text for _, text in texts)
    for where, text in texts:
        index.add(where, text)
    return index


def _lines(example: Example) -> Iterator[str]:
    """What the user's turns say, line by line, without who says it; a system text is the same for all."""
    for message in example.messages:
        if message.role != "system":
            yield from (SPEAKER.sub("", line.strip()) for line in message.content.splitlines())


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*/*.jsonl")):
        for line in filter(str.strip, file.read_text("utf-8").split("\n")):
            record = json.loads(line)
            texts = [record.get("question", ""), *record.get("description", {}).values()]
            yield from ((f"{file.parent.name}/{file.name}", text) for text in texts)
    for page in sorted(folder.glob("*/knowledge/**/*.md")):
        body = page.read_text("utf-8").split("\n---\n", maxsplit=1)[-1]
        yield f"{page.relative_to(folder).parts[0]}/{page.name}", body
