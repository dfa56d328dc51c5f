"""What somebody takes again and again: how often, how lately, and whether it is due. In a grocery the strongest of all.

The waiting time of an item is the median over people of their days between two times (as Bhagat et al. 2018, "Buy It
Again", model repeat purchase by item), shrunk to that of its category where few people took it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.recommending.people import People
from insight.recommending.source import Scores, Tensors

PRIOR = 5.0
"""people whose waiting time, or coming back, is believed as much as the category's"""


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """The faded number of times that a person took an item, see `People.pairs`."""

    gap: NDArray[np.float32]
    """(items,): days after which it is usually taken again"""
    repeated: NDArray[np.float32]
    """(items,): share of its takers who took it again, 0..1"""
    name: str = "habit"

    def scores(self, people: People) -> Scores:
        return np.asarray(people.matrix("habit").todense(), np.float32)

    def tensors(self) -> Tensors:
        return {"gap": self.gap, "repeated": self.repeated}


def fit_habit(people: People, categories: Sequence[str | None]) -> Habit:
    """From the pasts of `people`; `categories` are those of the items, in their order."""
    table = pl.DataFrame({"item": range(len(categories)), "category": categories}, schema_overrides={"item": pl.Int64})
    taken = people.pairs.filter(pl.col("times") > 0).join(table, on="item")
    overall_gap = _or(taken["gap"].median(), 30.0)
    overall_repeated = _or((taken["times"] > 1).mean(), 0.0)
    told = [pl.col("gap").median(), pl.col("gap").count().alias("gaps"), (pl.col("times") > 1).mean().alias("repeated")]
    by_category = taken.group_by("category").agg(told[0], told[2])
    by_item = taken.group_by("item").agg(*told, takers=pl.len())
    known = (
        table.join(by_category, on="category", how="left", nulls_equal=True)
        .with_columns(pl.col("gap").fill_null(overall_gap), pl.col("repeated").fill_null(overall_repeated))
        .join(by_item, on="item", how="left", suffix="_own")
        .with_columns(pl.col("gaps", "takers", "gap_own", "repeated_own").fill_null(0))
        .sort("item")
    )
    return Habit(_shrunk(known, "gap", "gaps"), _shrunk(known, "repeated", "takers"))


def _shrunk(known: pl.DataFrame, column: str, count: str) -> NDArray[np.float32]:
    own, weight = known[f"{column}_own"].to_numpy(), known[count].to_numpy()
    return np.asarray((own * weight + known[column].to_numpy() * PRIOR) / (weight + PRIOR), np.float32)


def _or(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise
