"""What many take: of late, over the long run, and among people of the same kind. It needs no past of a person, so it
is where the recommender begins with a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.recommending.people import DAY, People
from insight.recommending.records import TAKEN, Records
from insight.recommending.source import Scores, Tensors

HALF_LIFE = 28.0
"""days after which somebody's taking counts half: four weeks follow a season and smooth a week's offers"""
YEARS = 365.0
"""the same for what sells year in, year out"""
PRIOR = 200.0
"""takings of everybody that a group's own are added to, so that a small group says what everybody says"""


@dataclass(frozen=True, slots=True, eq=False)
class Popularity:
    """log(1 + faded number of people and days), the same for everybody."""

    weights: NDArray[np.float32]
    """(items,)"""
    name: str = "popularity"

    def scores(self, people: People) -> Scores:
        return np.repeat(np.log1p(self.weights)[None], len(people), axis=0)

    def tensors(self) -> Tensors:
        return {"weights": self.weights}


@dataclass(frozen=True, slots=True, eq=False)
class GroupPopularity:
    """Of the groups that a person is in: the mean log odds by which each likes an item more than everybody does.

    0 for somebody of whom no group is known.
    """

    groups: tuple[str, ...]
    lift: NDArray[np.float32]
    """(groups, items): log(share among the group / share among all), the group's shrunk to everybody's by `PRIOR`"""
    name: str = "group"

    def scores(self, people: People) -> Scores:
        rows = {group: row for row, group in enumerate(self.groups)}
        scores = np.zeros((len(people), people.items), np.float32)
        for person, groups in enumerate(people.groups):
            known = [rows[group] for group in groups if group in rows]
            if known:
                scores[person] = self.lift[known].mean(axis=0)
        return scores

    def tensors(self) -> Tensors:
        return {"lift": self.lift}


def fit_popularity(records: Records, items: Sequence[str], as_of: datetime) -> Popularity:
    """What was taken of late, up to `as_of`; a person counts once a day."""
    return Popularity(_summed(_taken(records, items, as_of, HALF_LIFE), len(items)))


def fit_classics(records: Records, items: Sequence[str], as_of: datetime) -> Popularity:
    """What is taken year in, year out."""
    return Popularity(_summed(_taken(records, items, as_of, YEARS), len(items)), "classics")


def fit_groups(records: Records, items: Sequence[str], as_of: datetime) -> GroupPopularity:
    """From what was taken up to `as_of`, faded as `fit_popularity` fades it."""
    taken = _taken(records, items, as_of, HALF_LIFE)
    overall = _summed(taken, len(items)) + 1e-3
    share = overall / overall.sum()
    named = taken.join(records.groups, on="user")
    groups = tuple(sorted(named["group"].unique()))
    lift = np.zeros((len(groups), len(items)), np.float32)
    for row, group in enumerate(groups):
        own = _summed(named.filter(pl.col("group") == group), len(items))
        lift[row] = np.log((own + PRIOR * share) / (own.sum() + PRIOR) / share)
    return GroupPopularity(groups, lift)


def _taken(records: Records, items: Sequence[str], as_of: datetime, half_life: float) -> pl.DataFrame:
    columns = pl.DataFrame({"item": list(items), "column": range(len(items))}, schema_overrides={"column": pl.Int64})
    days = (pl.lit(as_of) - pl.col("at")).dt.total_seconds() / DAY
    return (
        records.interactions.filter(pl.col("at") <= as_of, pl.col("weight") >= TAKEN)
        .join(columns, on="item")
        .select("user", "column", day=days.floor())
        .unique()
        .with_columns(weight=(-pl.col("day") * np.log(2) / half_life).exp())
        .sort("column", "user", "day")
    )


def _summed(taken: pl.DataFrame, items: int) -> NDArray[np.float32]:
    return np.bincount(taken["column"].to_numpy(), taken["weight"].to_numpy(), items).astype(np.float32)
