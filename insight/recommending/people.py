"""What is known of some people at one moment, drawn up once for all sources: their past with each item, visit by visit.

Nobody's past lies in a trained recommender: it is drawn here each time, from what was known at `as_of`. So a fresh
event counts at once, and whoever is erased is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from insight.recommending.records import TAKEN, Records

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

HABIT_HALF_LIFE = 60.0
"""days after which a time taken counts half in `habit`"""
TASTE_HALF_LIFE = 180.0
"""the same in `taste`, which tells what somebody likes rather than what they need next"""
LOOK_HALF_LIFE = 14.0
"""the same for a look"""
DAY = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """People are rows, items are columns; numbers of both begin at 0."""

    ids: tuple[str, ...]
    items: int
    """how many items there are to know of"""
    pairs: pl.DataFrame
    """person, item, times (days on which it was taken), since (days since the last time; null where never), gap (mean
    days between times; null below two), habit, taste, looks (sums of faded weights): a row for each pair that met"""
    visits: pl.DataFrame
    """person, since (days ago), items (list, each once): a row for each day on which somebody took anything, the oldest
    first"""
    groups: tuple[tuple[str, ...], ...]
    """of each person"""

    def __len__(self) -> int:
        return len(self.ids)

    def matrix(self, column: str) -> csr_matrix:
        """(people, items) of a column of `pairs`; null and absent are 0."""
        from scipy.sparse import csr_matrix

        known = self.pairs.filter(pl.col(column) > 0)
        cells = (known["person"].to_numpy(), known["item"].to_numpy())
        return csr_matrix((known[column].to_numpy().astype(np.float32), cells), shape=(len(self), self.items))

    def part(self, begin: int, end: int) -> People:
        """The people from number `begin` on, `end` left out, numbered anew."""
        within, renumbered = pl.col("person").is_between(begin, end - 1), pl.col("person") - begin
        return People(
            self.ids[begin:end],
            self.items,
            self.pairs.filter(within).with_columns(renumbered),
            self.visits.filter(within).with_columns(renumbered),
            self.groups[begin:end],
        )

    def unknown(self) -> People:
        """The same people as they were before they had done anything."""
        return People(self.ids, self.items, self.pairs.clear(), self.visits.clear(), self.groups)


def draw_people(records: Records, ids: Sequence[str], items: Sequence[str], as_of: datetime) -> People:
    """What was known at `as_of` (aware) of `ids`, in their order; `items` are numbered in theirs."""
    people = pl.DataFrame(
        {"user": list(ids), "person": range(len(ids))}, schema={"user": pl.String, "person": pl.Int64}
    )
    columns = pl.DataFrame({"item": list(items), "column": range(len(items))}, schema_overrides={"column": pl.Int64})
    ago = (pl.lit(as_of) - pl.col("at")).dt.total_microseconds() / (1e6 * DAY)
    met = (
        records.interactions.filter(pl.col("at") <= as_of)
        .join(people, on="user")
        .join(columns, on="item")
        .select("person", item="column", since=ago, day=ago.floor(), weight="weight")
    )
    taken = met.filter(pl.col("weight") >= TAKEN)
    visits = (
        taken.group_by("person", "day")
        .agg(pl.col("since").min(), items=pl.col("item").unique().sort())
        .sort(["person", "day"], descending=[False, True])
        .select("person", "since", "items")
    )
    groups = {user: tuple(sorted(names)) for user, names in records.groups.group_by("user").agg("group").iter_rows()}
    return People(tuple(ids), len(items), _pairs(met, taken), visits, tuple(groups.get(one, ()) for one in ids))


def _pairs(met: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """A second piece on the same day is no second time: a habit shows over days."""
    by_day = taken.group_by("person", "item", "day").agg(pl.col("since").min())
    times = by_day.group_by("person", "item").agg(
        times=pl.len(),
        since=pl.col("since").min(),
        gap=pl.when(pl.len() > 1).then((pl.col("since").max() - pl.col("since").min()) / (pl.len() - 1)),
        habit=_faded(HABIT_HALF_LIFE).sum(),
        taste=_faded(TASTE_HALF_LIFE).sum(),
    )
    looks = (
        met.filter(pl.col("weight") < TAKEN)
        .group_by("person", "item")
        .agg(looks=(pl.col("weight") * _faded(LOOK_HALF_LIFE)).sum())
    )
    return (
        times.join(looks, on=["person", "item"], how="full", coalesce=True)
        .with_columns(pl.col("times", "habit", "taste", "looks").fill_null(0))
        .sort("person", "item")
    )


def _faded(half_life: float) -> pl.Expr:
    return (pl.col("since") * (-log(2) / half_life)).exp()
