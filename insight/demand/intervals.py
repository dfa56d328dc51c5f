"""How far off a forecast may be: what the same procedure was off by on earlier dates, split-conformally.

Errors are taken relative to the square root of the forecast, for counts scatter so; days and totals have their own,
because a level that is wrong is wrong on every day. Source: Lei et al., Journal of the American Statistical
Association 113(523), 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.demand.panel import WEEK, Days

ENOUGH = 100
"""errors from which a series answers for itself; below, all series answer together"""
PRIOR = 4.0
"""dates that the usual scatter of totals counts for, beside a series' own"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Errors to either side in units of the square root of the forecast plus one, each of shape (series,)."""

    day_low: NDArray[np.float64]
    day_high: NDArray[np.float64]
    total: NDArray[np.float64]

    def days(self, mean: Days) -> tuple[Days, Days]:
        """The bounds of each day, like `mean` of shape (series, horizon)."""
        scale = np.sqrt(mean + 1)
        low, high = mean + self.day_low[:, None] * scale, mean + self.day_high[:, None] * scale
        return np.clip(low, 0, mean), np.maximum(high, mean)

    def totals(self, mean: Days) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The bounds of the sum over the days, shape (series,)."""
        total = mean.sum(axis=1)
        reach = self.total * np.sqrt(total + 1)
        return np.maximum(total - reach, 0), total + reach


def reach_by_past(said: Days, came: Days, level: float) -> Reach:
    """From forecasts of earlier dates and what came, both of shape (origins, series, horizon)."""
    off = (came - said) / np.sqrt(said + 1)
    own = np.moveaxis(off, 1, 0).reshape(said.shape[1], -1)
    pool = own if own.shape[1] >= ENOUGH else np.broadcast_to(own.ravel(), (len(own), own.size))
    low, high = _tails(pool, level)
    return Reach(low, high, _total_reach(said.sum(axis=2), came.sum(axis=2), level))


def reach_by_scatter(values: Days, horizon: int, level: float) -> Reach:
    """For a history too short to look back: the days' own scatter, and the weeks', as if a week told of all of them."""
    from scipy.stats import norm

    mean = values.mean(axis=1, keepdims=True)
    low, high = _tails((values - mean) / np.sqrt(mean + 1), level)
    weeks = values[:, -(values.shape[1] // WEEK) * WEEK :].reshape(len(values), -1, WEEK).sum(axis=2)
    scatter = weeks.std(axis=1, ddof=1) if weeks.shape[1] > 1 else np.sqrt(weeks[:, 0])
    total = mean[:, 0] * horizon
    wide = norm.ppf((1 + level) / 2) * np.maximum(scatter * horizon / WEEK, np.sqrt(total))
    return Reach(low, high, wide / np.sqrt(total + 1))


def _tails(errors: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The errors that (1 - level) / 2 of them lie beyond on either side, with the finite sample's correction."""
    count = errors.shape[1]
    tail = max((1 - level) / 2 - 1 / (count + 1), 0.0)
    return np.quantile(errors, tail, axis=1), np.quantile(errors, 1 - tail, axis=1)


def _total_reach(said: Days, came: Days, level: float) -> NDArray[np.float64]:
    """`said`, `came`: shape (origins, series). Each series' scatter, drawn towards the usual one, times how many of
    these all series together needed."""
    off = (came - said) / np.sqrt(said + 1)
    usual = np.median(np.mean(off**2, axis=0))
    scatter = np.sqrt(((off**2).sum(axis=0) + PRIOR * usual) / (len(off) + PRIOR))
    needed = np.abs(off) / np.maximum(scatter, 1e-9)
    return np.asarray(scatter * np.quantile(needed, min(level + 1 / (needed.size + 1), 1.0)))
