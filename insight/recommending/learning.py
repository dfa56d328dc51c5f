"""Fitting all sources as of one moment, and what a ranker learns from: their candidates and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.recommending.content import fit_content
from insight.recommending.factors import fit_least_squares, fit_pairwise
from insight.recommending.habit import fit_habit
from insight.recommending.people import People, draw_people
from insight.recommending.popularity import fit_classics, fit_groups, fit_popularity
from insight.recommending.records import TAKEN, Records
from insight.recommending.signals import Signals, gather, joined
from insight.recommending.source import Source

if TYPE_CHECKING:
    from engine.protocol import Embedder

MOST_PEOPLE = 4_000
"""of whom a ranker learns; more would teach it no more"""
AS_IF_NEW = 5
"""every fifth person of a window is also looked at as if nothing were known of them, so that it learns to begin"""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The items of a recommender, numbered in their order."""

    ids: tuple[str, ...]
    categories: tuple[str | None, ...]
    names: tuple[str, ...]
    """what reasons call them"""

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Each item's category by number; -1 is none."""
        known = {name: number for number, name in enumerate(sorted({name for name in self.categories if name}))}
        return np.array([known[name] if name else -1 for name in self.categories], np.int64)


def fit_sources(
    records: Records, catalogue: Catalogue, as_of: datetime, embedder: Embedder | None, say: Callable[[str], None]
) -> tuple[Source, ...]:
    """From what was known at `as_of` and nothing later. `say` is told of each as it begins."""
    from insight.recommending.sequence import fit_sequence

    seen = records.until(as_of)
    people = draw_people(seen, takers(seen), catalogue.ids, as_of)
    items = pl.DataFrame({"id": catalogue.ids}).join(records.items, on="id", how="left", maintain_order="left")
    say("popularity and habits")
    sources: list[Source] = [
        fit_popularity(seen, catalogue.ids, as_of),
        fit_classics(seen, catalogue.ids, as_of),
        fit_groups(seen, catalogue.ids, as_of),
        fit_habit(people, catalogue.categories),
    ]
    say("factors")
    sources += [fit_least_squares(people), fit_pairwise(people)]
    say("content")
    sources.append(fit_content(items, embedder))
    say("sequences")
    sequence = fit_sequence(people)
    return (*sources, sequence) if sequence is not None else tuple(sources)


def takers(records: Records) -> list[str]:
    """Everybody who took anything, in the order of their ids."""
    taken = records.interactions.filter(pl.col("weight") >= TAKEN)
    return sorted(taken["user"].unique())


def window(
    sources: Sequence[Source], records: Records, catalogue: Catalogue, after: datetime, days: int
) -> tuple[Signals, NDArray[np.bool_]]:
    """Candidates of people as of `after`, by sources fitted there, and which of them they took within `days`.

    People who took nothing in the window are left out; at most `MOST_PEOPLE` are drawn, the same each time.
    """
    taken = records.taken(after, after + timedelta(days=days))
    ids = sorted(taken["user"].unique())
    if len(ids) > MOST_PEOPLE:
        ids = sorted(np.random.default_rng(0).choice(ids, MOST_PEOPLE, replace=False).tolist())
    people = draw_people(records, ids, catalogue.ids, after)
    new = people.part(0, len(people) // AS_IF_NEW).unknown()
    both = [one for one in (people, new) if len(one)]
    signals = [gather(sources, one, catalogue.numbers) for one in both]
    came = [_came(one, own, catalogue, taken) for one, own in zip(both, signals, strict=True)]
    # The same people come twice; as if new they are others to the ranker, numbered on.
    numbered = [replace(own, person=own.person + turn * len(people)) for turn, own in enumerate(signals)]
    return joined(numbered), np.concatenate(came)


def _came(people: People, signals: Signals, catalogue: Catalogue, taken: pl.DataFrame) -> NDArray[np.bool_]:
    numbers = {item: number for number, item in enumerate(catalogue.ids)}
    persons = {user: number for number, user in enumerate(people.ids)}
    pairs = {
        persons[user] * len(catalogue.ids) + numbers[item]
        for user, item in taken.iter_rows()
        if user in persons and item in numbers
    }
    return np.isin(signals.person * len(catalogue.ids) + signals.item, list(pairs))
