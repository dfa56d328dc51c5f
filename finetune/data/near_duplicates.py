"""Texts that are nearly the same, found exactly and without comparing every pair.

A model recites what it reads many times. Likeness is that of `evals.likeness` (Jaccard over character 4-grams).
Candidates come from prefix filtering (Bayardo, Ma, Srikant 2007, "Scaling up all pairs similarity search"): two sets
that share the part `t` of their union share one of the rarest `n - ceil(t n) + 1` members of either, `n` being its
size. MinHash would miss some.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.checks.language import HAN
from evals.likeness import TOO_ALIKE, grams, likeness
from finetune.data.findings import Dropped
from finetune.data.sourced import Sourced
from finetune.likeness import SHORTEST

CHARACTERS_OF_HAN = 3
"""a Chinese character says as much as so many letters"""
SHOWN = 60
"""characters of a dropped text that are told"""
ROUNDING = 1e-9
"""0.6 * 35 is a little more than 21"""


class AlikeIndex:
    """Texts by name, of which those that are like a given one are found. All texts are known from the start, so that
    it is known which 4-grams are rare."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts = Counter(gram for text in texts for gram in grams(text))
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        self._kept: list[tuple[str, frozenset[str]]] = []

    def add(self, name: str, text: str) -> None:
        mine = grams(text)
        for gram in self._rarest(mine):
            self._by_gram[gram].append(len(self._kept))
        self._kept.append((name, mine))

    def alike(self, text: str) -> Iterator[tuple[str, float]]:
        """(name, likeness) of each text added that is at least `TOO_ALIKE`, in the order they came."""
        mine = grams(text)
        candidates = sorted({at for gram in self._rarest(mine) for at in self._by_gram.get(gram, ())})
        for at in candidates:
            name, theirs = self._kept[at]
            found = likeness(mine, theirs)
            if found >= TOO_ALIKE:
                yield name, found

    def _rarest(self, mine: frozenset[str]) -> list[str]:
        ranked = sorted(mine, key=lambda gram: (self._counts[gram], gram))
        return ranked[: len(mine) - math.ceil(TOO_ALIKE * len(mine) - ROUNDING) + 1]


@dataclass(frozen=True, slots=True)
class Distinct:
    kept: tuple[Sourced, ...]
    dropped: tuple[Dropped, ...]


def without_duplicates(rows: Sequence[Sourced]) -> Distinct:
    """`rows` less those that say nearly what an earlier one of the same task says; and less equal ones, however short.

    A support answer may be right for two questions: there, question and answer must both be alike.
    """
    kept: list[Sourced] = []
    dropped: list[Dropped] = []
    indexes = {task: AlikeIndex(_watched(rows, task)) for task in {row.example.task for row in rows}}
    seen: dict[tuple[object, ...], Sourced] = {}
    by_id: dict[str, Sourced] = {}
    for number, row in enumerate(rows):
        same = (row.example.task, row.example.messages, row.example.prefill, row.example.answer)
        if same in seen:
            dropped.append(Dropped(row.place, f"is {seen[same].place} again"))
            continue
        index = indexes[row.example.task]
        if long_enough(row.example.answer):
            near = ((by_id[name], how) for name, how in index.alike(row.example.answer))
            twin = next(((other, how) for other, how in near if _same_question(row, other)), None)
            if twin is not None:
                dropped.append(
                    Dropped(row.place, f"is {twin[1]:.0%} alike {twin[0].place}: {row.example.answer[:SHOWN]!r}")
                )
                continue
            by_id[str(number)] = row
            index.add(str(number), row.example.answer)
        seen[same] = row
        kept.append(row)
    return Distinct(tuple(kept), tuple(dropped))


def long_enough(text: str) -> bool:
    """Whether a text is one that is recited; `Yours for {price}` may come again."""
    return len(text) + (CHARACTERS_OF_HAN - 1) * len(HAN.findall(text)) >= SHORTEST


def _watched(rows: Sequence[Sourced], task: str) -> Iterator[str]:
    return (row.example.answer for row in rows if row.example.task == task)


def _same_question(one: Sourced, other: Sourced) -> bool:
    if one.example.task != "support":
        return True
    return likeness(grams(_question(one)), grams(_question(other))) >= TOO_ALIKE


def _question(row: Sourced) -> str:
    """The last line of the last turn: what is asked, without the pages above it."""
    return row.example.messages[-1].content.strip().rpartition("\n")[2]
