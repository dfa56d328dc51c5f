"""Repeat purchases as they came and as the model would have had them, week by week: the curve that judges BG/NBD."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from insight.lifetime.bgnbd import BgNbd
from insight.lifetime.foretelling import expected_repeats
from insight.lifetime.purchases import WEEK


@dataclass(frozen=True, slots=True)
class TrackedWeek:
    """Sums since the first day, over the customers who were known when the model was fitted."""

    week: int
    ends: date
    actual: int
    """repeat purchases so far"""
    expected: float
    foretold: bool
    """whether the week lies after the last day that was learnt from"""


def track(purchases: pl.LazyFrame, model: BgNbd, learnt_until: date, end: date) -> tuple[TrackedWeek, ...]:
    """`purchases` (customer_id, day, value; a row a day) of those who first bought by `learnt_until`, until `end`.

    The expectation knows each customer's first day and nothing else of them (Fader, Hardie and Lee 2005, figure 4).
    """
    first = pl.col("day").min().over("customer_id")
    known = (
        purchases.filter(pl.col("day") <= end)
        .with_columns(first=first)
        .filter(pl.col("first") <= learnt_until)
        .select("day", "first")
        .collect()
    )
    if known.is_empty():
        return ()
    origin = known["first"].min()
    assert isinstance(origin, date)
    joined = _days(known.filter(pl.col("day") == pl.col("first"))["day"], origin)
    repeats = _days(known.filter(pl.col("day") > pl.col("first"))["day"], origin)
    starts, newcomers = np.unique(joined, return_counts=True)
    weeks = range(1, int(((end - origin).days + 1) // WEEK) + 1)
    tracked = []
    for week in weeks:
        last = int(week * WEEK) - 1
        since = np.maximum(last - starts, 0) / WEEK
        ends = origin + timedelta(days=last)
        expected = float(newcomers @ expected_repeats(model, since))
        tracked.append(TrackedWeek(week, ends, int((repeats <= last).sum()), expected, ends > learnt_until))
    return tuple(tracked)


def _days(days: pl.Series, origin: date) -> np.ndarray:
    return np.asarray((days - origin).dt.total_days().to_numpy(), np.int64)
