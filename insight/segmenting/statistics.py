"""What sets a segment apart: which categories it likes more than the shop does, which numbers differ from the others'.

Every figure has an interval, and only what is clear of no difference is called a difference. Knows nothing of how the
segments were found, so that it tells of clusters and rules alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.behaviour.browsing import DAYPARTS
from insight.behaviour.features import FEATURES

DRAWS = 200
"""bootstrap draws of the customers"""
Z = 2.58
"""99 %: many features are looked at, so each must be surer than 95 %"""
SMALL = 0.2
"""standardised difference that is worth telling (Cohen 1988: a small effect)"""
TELLING = 6
"""differences told of a segment"""
ALIKE = 0.7
"""correlation from which two features tell the same"""
_HOURS = frozenset(f"{part}_share" for part in DAYPARTS)
"""shares of one day: what is in one is not in the others"""


@dataclass(frozen=True, slots=True)
class Lift:
    """How much more of a category there is in a segment's traces than in the shop's."""

    category: str
    share: float
    """of the segment's traces, 0 to 1"""
    usual: float
    """the mean share among all customers, 0 to 1"""
    lift: float
    """share / usual"""
    low: float
    high: float
    """95 % of bootstrap draws of the customers"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One feature's mean in a segment against everyone else's."""

    feature: str
    words: str
    """as a marketer reads it"""
    mean: float
    others: float
    difference: float
    """in standard deviations: Hedges' g, of values winsorised at the shop's 1st and 99th percentile"""
    low: float
    high: float
    """99 %, by the normal approximation (Hedges & Olkin 1985)"""


@dataclass(frozen=True, slots=True)
class SegmentStatistics:
    """One segment in numbers: all that may be said of it."""

    customers: int
    share: float
    """of all customers that are in a segment, 0 to 1"""
    lifts: tuple[Lift, ...]
    """of the categories, the greatest first"""
    differences: tuple[Difference, ...]
    """clear of zero and not small, the greatest first, no two of features that tell the same"""


def category_lifts(shares: NDArray[np.float64], categories: tuple[str, ...], member: NDArray[np.bool_]) -> list[Lift]:
    """Of each category, the greatest lift first.

    `shares` is (customers, categories), rows of sum 1; `member` (customers,) says who is in the segment.
    """
    rng = np.random.default_rng(0)
    inside, usual = shares[member].mean(axis=0), np.maximum(shares.mean(axis=0), 1e-9)
    drawn = np.empty((DRAWS, len(categories)))
    for row in range(DRAWS):
        chosen = rng.integers(0, len(shares), len(shares))
        who = member[chosen]
        drawn[row] = (
            shares[chosen[who]].mean(axis=0) / np.maximum(shares[chosen].mean(axis=0), 1e-9) if who.any() else 0
        )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    found = [
        Lift(name, float(inside[at]), float(usual[at]), float(inside[at] / usual[at]), float(low[at]), float(high[at]))
        for at, name in enumerate(categories)
    ]
    return sorted(found, key=lambda lift: (-lift.lift, lift.category))


def differences(features: pl.DataFrame, member: NDArray[np.bool_]) -> list[Difference]:
    """Of the features of `insight.behaviour.features`, what differs clearly; `member` is by the rows of `features`."""
    found = [
        one
        for feature, words in FEATURES.items()
        if feature in features.columns and (one := _difference(features[feature], feature, words, member))
    ]
    found.sort(key=lambda one: (-abs(one.difference), one.feature))
    kept: list[Difference] = []
    for one in found:
        if len(kept) < TELLING and not any(_alike(features, one.feature, other.feature) for other in kept):
            kept.append(one)
    return kept


def _difference(column: pl.Series, feature: str, words: str, member: NDArray[np.bool_]) -> Difference | None:
    values = column.to_numpy().astype(float)
    known = np.isfinite(values)
    inside, outside = values[known & member], values[known & ~member]
    if min(len(inside), len(outside)) < 2:
        return None
    cut = np.quantile(values[known], [0.01, 0.99])
    a, b = np.clip(inside, *cut), np.clip(outside, *cut)
    freedom = len(a) + len(b) - 2
    spread = sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / freedom)
    if spread < 1e-12:
        return None
    g = (a.mean() - b.mean()) / spread * (1 - 3 / (4 * freedom - 1))
    error = sqrt((len(a) + len(b)) / (len(a) * len(b)) + g**2 / (2 * (len(a) + len(b))))
    low, high = g - Z * error, g + Z * error
    if abs(g) < SMALL or low <= 0 <= high:
        return None
    return Difference(feature, words, float(inside.mean()), float(outside.mean()), float(g), float(low), float(high))


def _alike(features: pl.DataFrame, one: str, other: str) -> bool:
    if one in _HOURS and other in _HOURS:
        return True
    both = features.select(one, other).drop_nulls()
    if both.height < 3:
        return False
    found: float | None = both.select(pl.corr(one, other, method="spearman")).item()
    return abs(found or 0.0) >= ALIKE


def taste_shares(
    counts: NDArray[np.float64], columns: tuple[str, ...], categories: Mapping[str, str]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Category names, and (customers, categories) of the shares in each customer's traces.

    `categories` maps a column to its category; columns without one are left out.
    """
    names = tuple(sorted(set(categories.values())))
    into = np.zeros((len(columns), len(names)))
    for row, column in enumerate(columns):
        if column in categories:
            into[row, names.index(categories[column])] = 1
    summed = counts @ into
    return names, summed / np.maximum(summed.sum(axis=1, keepdims=True), 1e-12)
