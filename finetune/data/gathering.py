"""From what a user names to examples that are fit to learn from, and to everything that is to be told of them.

    sources -> examples -> personal data out -> near-duplicates out -> held-out texts out

Splitting into training and held-out examples is the trainer's (`finetune.encoding`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.plain import plain
from core.settings import Settings
from finetune.data.clearing import Cleared, cleared
from finetune.data.findings import Dropped, Place, Problem, UnfitData
from finetune.data.known_shop import loaded_shop
from finetune.data.leakage import without_leaks
from finetune.data.near_duplicates import without_duplicates
from finetune.data.personal_data import Policy
from finetune.data.reading import Format, ReadSource, Source, read_source
from finetune.examples import Example


@dataclass(frozen=True, slots=True)
class Gathered:
    """`examples` are fit to learn from; where there are `problems`, they are not all that the user meant."""

    examples: tuple[Example, ...]
    formats: tuple[str, ...]
    """of each example"""
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    """rows that are learned from although serving would refuse them"""
    dropped: tuple[Dropped, ...]
    redacted: tuple[tuple[str, int], ...]
    """kind of personal data and how often it was taken out"""
    sha256: str
    """of the examples, whatever their order"""

    def or_refused(self) -> Gathered:
        """Itself. Raises `UnfitData` where a row has a problem."""
        if self.problems:
            raise UnfitData(self.problems)
        return self


def gather_examples(
    sources: Sequence[str | Path],
    settings: Settings,
    *,
    personal_data: Policy = "refuse",
    format: Format | None = None,
) -> Gathered:
    """The examples of all `sources`: names of our corpora, shops' folders, and files (see `finetune.data.reading`).

    `format` says what every file is, where it is not to be seen by its rows. Problems are collected, not raised.
    """
    loaded = loaded_shop(settings)
    read = [read_source(source, loaded, format) for source in sources]
    clear = [_cleared(one, personal_data) for one in read]
    distinct = without_duplicates([row for one in clear for row in one.rows])
    kept, leaks = without_leaks(distinct.kept)
    problems = [problem for one, clean in zip(read, clear, strict=True) for problem in (*one.problems, *clean.problems)]
    if not kept and not problems:
        problems.append(Problem(Place(", ".join(map(str, sources))), "", "holds nothing to learn", "write some rows"))
    redacted: Counter[str] = sum((one.redacted for one in clear), Counter())
    examples = tuple(row.example for row in kept)
    return Gathered(
        examples=examples,
        formats=tuple(row.format for row in kept),
        sources=tuple(one.source for one in read),
        problems=tuple(problems),
        advice=tuple(advice for one in read for advice in one.advice),
        dropped=(*distinct.dropped, *leaks),
        redacted=tuple(sorted(redacted.items())),
        sha256=sha256_of(examples),
    )


def sha256_of(examples: Iterable[Example]) -> str:
    """sha256 in hex over the examples as JSON lines, sorted: equal data has one hash in whatever order it came."""
    lines = sorted(json.dumps(plain(one), sort_keys=True, ensure_ascii=False) for one in examples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _cleared(read: ReadSource, policy: Policy) -> Cleared:
    """In our own corpora everybody is invented, and a test reads them for what slipped in."""
    if read.ours:
        return Cleared(read.rows, (), Counter())
    return cleared(read.rows, read.contacts, policy)
