"""From sources to a table for the ranker: each person's candidates, with what every source says of each.

Candidates are what stands highest with any source, once among all items and once among those the person never took, so
that a regular buyer's habits do not crowd out what is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.recommending.habit import Habit
from insight.recommending.people import People
from insight.recommending.source import Scores, Source

DEEP = 40
"""places of each source that are looked at; twice as many of a person's habits"""
BATCH = 256
"""people scored at once: scores are held for every item"""

PAST: Mapping[str, str] = {
    "times": "habit",
    "since": "habit",
    "habit": "habit",
    "gap": "habit",
    "due": "habit",
    "usual_gap": "nobody",
    "repeated": "nobody",
    "looks": "looks",
    "category": "category",
    "category_since": "category",
    "visits": "nobody",
    "last_visit": "nobody",
}
"""what the ranker reads beside the sources' scores, and whom it is credited to"""


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """One row a candidate; those of one person lie together, people in their order."""

    person: NDArray[np.int64]
    item: NDArray[np.int64]
    known: NDArray[np.bool_]
    """whether the person took the item before"""
    values: NDArray[np.float32]
    """(rows, columns); NaN where there is nothing to tell"""
    columns: tuple[str, ...]

    def where(self, rows: NDArray[np.bool_]) -> Signals:
        """Those rows for which `rows` (rows,) says so."""
        return self.at(np.flatnonzero(rows))

    def at(self, rows: NDArray[np.int64]) -> Signals:
        """The rows of these numbers, in that order."""
        return Signals(self.person[rows], self.item[rows], self.known[rows], self.values[rows], self.columns)


def gather(sources: Sequence[Source], people: People, categories: NDArray[np.int64]) -> Signals:
    """The candidates of `people`. `categories` numbers each item's category; -1 is none."""
    parts = [
        _gather(sources, people.part(begin, min(begin + BATCH, len(people))), categories, begin)
        for begin in range(0, len(people), BATCH)
    ]
    return joined(parts)


def joined(parts: Sequence[Signals]) -> Signals:
    """One table below the other."""
    return Signals(
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.item for part in parts]),
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.values for part in parts]),
        parts[0].columns,
    )


def _gather(sources: Sequence[Source], people: People, categories: NDArray[np.int64], begin: int) -> Signals:
    scores = {source.name: source.scores(people) for source in sources}
    known = np.asarray(people.matrix("times").todense()) > 0
    person, item = np.nonzero(_candidates(scores, known, people))
    columns: dict[str, NDArray[np.float32]] = {}
    for name, own in scores.items():
        columns[name] = own[person, item]
        columns[f"{name}_place"] = _places(own)[person, item]
    habit = next(source for source in sources if isinstance(source, Habit))
    columns |= _past(people, person, item, habit, categories)
    values = np.stack(list(columns.values()), axis=1).astype(np.float32)
    return Signals(person + begin, item, known[person, item], values, tuple(columns))


def _candidates(scores: Mapping[str, Scores], known: NDArray[np.bool_], people: People) -> NDArray[np.bool_]:
    """(people, items): who is considered for what. What somebody looked at always is."""
    chosen = np.asarray(people.matrix("looks").todense()) > 0
    for name, own in scores.items():
        deep = min(2 * DEEP if name == "habit" else DEEP, own.shape[1])
        for allowed in (own, np.where(known, -np.inf, own)):
            best = np.argpartition(-allowed, deep - 1, axis=1)[:, :deep]
            np.put_along_axis(chosen, best, True, axis=1)
    return chosen


def _places(scores: Scores) -> Scores:
    """(people, items): log of the place on each person's list, 0 for the first; ties take the order of the items."""
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty_like(scores)
    np.put_along_axis(places, order, np.log1p(np.arange(scores.shape[1], dtype=np.float32))[None], axis=1)
    return places


def _past(
    people: People, person: NDArray[np.int64], item: NDArray[np.int64], habit: Habit, categories: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """The columns of `PAST`."""
    cells = pl.DataFrame({"person": person, "item": item, "category_number": categories[item]})
    named = people.pairs.with_columns(category_number=pl.Series(categories)[people.pairs["item"]])
    by_category = named.group_by("person", "category_number").agg(
        category=pl.col("habit").sum(), category_since=pl.col("since").min()
    )
    by_person = people.visits.group_by("person").agg(visits=pl.len(), last_visit=pl.col("since").min())
    told = (
        cells.join(people.pairs, on=["person", "item"], how="left", maintain_order="left")
        .join(by_category, on=["person", "category_number"], how="left", maintain_order="left")
        .join(by_person, on="person", how="left", maintain_order="left")
        .with_columns(usual_gap=habit.gap[item], repeated=habit.repeated[item])
        .with_columns(due=pl.col("since") / pl.coalesce("gap", "usual_gap").clip(lower_bound=1.0))
    )
    return {f"own_{name}": told[name].cast(pl.Float32).to_numpy() for name in PAST}
