"""The data card: what a model learned from, in Markdown (after Gebru et al. 2018, "Datasheets for Datasets").

Knows nothing of the model but its tokenizer, where one is given to count with.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, zip_longest

from evals.likeness import distinct
from finetune.data.findings import Dropped
from finetune.data.gathering import Gathered
from finetune.data.leakage import split_leaks
from finetune.data.near_duplicates import long_enough
from finetune.encoding import split
from finetune.examples import Example
from finetune.likeness import nearest

CountTokens = Callable[[Example], tuple[int, int]]
"""tokens of prompt and answer, and of the answer alone"""
HELD_OUT = 0.06
"""the default share of a recipe"""
DROPPED_SHOWN = 20
LIKENESS_OF_MOST = 1_000
"""answers, beyond which likeness is measured on evenly spaced ones: every pair is compared"""


def data_card(gathered: Gathered, count: CountTokens | None = None, counted_with: str = "") -> str:
    """The card of `gathered`. Without `count` it tells words or characters in place of tokens."""
    parts = [
        "# What was learned from",
        f"{len(gathered.examples)} examples, sha256 `{gathered.sha256}`, gathered on {_today()}.",
        "## Sources",
        _table(
            ("source", "format", "examples read", "licence"),
            ((s.name, s.format, str(s.rows), s.licence) for s in gathered.sources),
        ),
        "## Examples",
        _table(
            ("task", "language", "format", "examples", "groups", _size_name(count, counted_with)),
            _rows(gathered, count),
        ),
        "A group (a product, a shop's page, a question) is wholly learned from or wholly held out.",
        "## Variety",
        _variety([one.answer for one in gathered.examples if long_enough(one.answer)]),
        "## Left out",
        _left_out(gathered),
        "## Personal data",
        _personal(gathered),
        "## Held-out part",
        _held_out(gathered.examples),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _size_name(count: CountTokens | None, counted_with: str) -> str:
    return f"tokens of {counted_with}, of answers" if count else "words and Chinese characters of answers"


def _rows(gathered: Gathered, count: CountTokens | None) -> Iterator[tuple[str, ...]]:
    kinds: dict[tuple[str, str, str], list[Example]] = {}
    for example, format in zip(gathered.examples, gathered.formats, strict=True):
        kinds.setdefault((example.task, example.language, format), []).append(example)
    for kind, examples in sorted(kinds.items()):
        groups = len({one.group for one in examples})
        yield (*kind, str(len(examples)), str(groups), _size(examples, count))


def _size(examples: Sequence[Example], count: CountTokens | None) -> str:
    if count is None:
        return f"{sum(words(one.answer) for one in examples):,}"
    sizes = [count(one) for one in examples]
    return f"{sum(whole for whole, _ in sizes):,}, {sum(answer for _, answer in sizes):,}"


def words(text: str) -> int:
    """Words, each Chinese character counting as one."""
    return len(re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", text))


def _variety(answers: Sequence[str]) -> str:
    if len(answers) < 2:
        return "There are too few answers of some length to compare."
    step = -(-len(answers) // LIKENESS_OF_MOST)
    near = sorted(nearest(answers[::step]))
    runs = ", ".join(f"distinct-{size} {distinct(answers, size):.3f}" for size in (1, 2, 3))
    measured = "" if step == 1 else f", of one answer in {step}"
    middle, high = statistics.median(near), near[int(0.95 * (len(near) - 1))]
    return (
        f"Of answers of some length: {runs} (Li et al. 2016). Likeness of an answer to the one most like it (Jaccard "
        f"over character 4-grams{measured}): median {middle:.2f}, 95th percentile {high:.2f}."
    )


def _left_out(gathered: Gathered) -> str:
    if not gathered.dropped:
        return "Nothing: no two answers are nearly the same, and none is a text of the held-out shops."
    lines = [f"- {one}" for one in _some_of_each_source(gathered.dropped)]
    rest = len(gathered.dropped) - len(lines)
    return "\n".join(
        [f"{len(gathered.dropped)} examples:", "", *lines, *([f"- ... and {rest} more"] if rest > 0 else [])]
    )


def _some_of_each_source(dropped: Sequence[Dropped]) -> list[Dropped]:
    """The first ones, in turn of each source: a large one hides no other."""
    sources: dict[str, list[Dropped]] = {}
    for one in dropped:
        sources.setdefault(one.place.file.partition("/")[0], []).append(one)
    in_turn = (one for row in zip_longest(*sources.values()) for one in row if one is not None)
    return list(islice(in_turn, DROPPED_SHOWN))


def _personal(gathered: Gathered) -> str:
    scanned = (
        "Patterns for e-mail, telephone, cards, accounts, network addresses and Chinese papers; names are not found."
    )
    if not gathered.redacted:
        return f"None was found. {scanned}"
    taken = ", ".join(f"{kind} {count}" for kind, count in gathered.redacted)
    return f"Taken out and replaced by their kind: {taken}. {scanned}"


def _held_out(examples: Sequence[Example]) -> str:
    learned, kept = split(examples, HELD_OUT)
    if not learned or not kept:
        return "There are too few groups to hold any out."
    leaks = split_leaks(learned, kept)
    by_task = ", ".join(f"{task} {number}" for task, number in sorted(Counter(one.task for one in kept).items()))
    told = (
        f"{len(leaks)} learned answers are nearly a held-out one"
        if leaks
        else "no learned answer is nearly a held-out one"
    )
    return f"At a share of {HELD_OUT:.0%} of the groups, {len(kept)} examples ({by_task}); {told}."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
