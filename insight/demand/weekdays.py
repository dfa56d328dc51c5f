"""The rhythm of the week: how much of a usual day each weekday sells. Knows rows of days, no dates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from insight.demand.panel import WEEK, Days

WEEKS = 12


def weekday_profile(values: Days, weeks: int = WEEKS) -> Days:
    """Factors of mean 1, shape (series, 7), column 0 for the day that follows the last one, and so on.

    Medians of each day's share in its week over the last `weeks`, drawn half-way to the middle for series that sell
    less than a piece a day: with so few, what looks like a rhythm is chance.
    """
    whole = min(weeks, values.shape[1] // WEEK)
    if whole == 0:
        return np.ones((len(values), WEEK))
    recent = values[:, -WEEK * whole :].reshape(len(values), whole, WEEK)
    level = recent.mean(axis=2, keepdims=True)
    shares = np.divide(recent, level, out=np.ones_like(recent), where=level > 0)
    profile = np.mean(shares, axis=1) if whole < 4 else _middle(shares)
    weight = np.clip(values[:, -WEEK * whole :].mean(axis=1, keepdims=True), 0, 1)
    profile = weight * profile + (1 - weight)
    return np.asarray(np.maximum(profile, 0.05) / np.maximum(profile, 0.05).mean(axis=1, keepdims=True))


def without_weekdays(values: Days, profile: Days) -> Days:
    """`values` as if every day were the same, of the same shape."""
    return np.asarray(values / profile[:, _places(values.shape[1])])


def weekdays_ahead(profile: Days, horizon: int) -> Days:
    """The factors of the days to come, shape (series, horizon)."""
    return profile[:, np.arange(horizon) % WEEK]


def _middle(shares: NDArray[np.float64]) -> Days:
    """The mean of the middle half: one holiday in a week leaves it alone, and zeros do not make it 0 as a median's."""
    ordered = np.sort(shares, axis=1)
    cut = shares.shape[1] // 4
    return np.asarray(ordered[:, cut : shares.shape[1] - cut].mean(axis=1))


def _places(days: int) -> NDArray[np.int64]:
    return np.asarray((np.arange(days) - days) % WEEK)
