"""The rhythm of the year: the days to come by what the same days did a year ago.

The shop as a whole tells the finer shape (sales begin and end on a day), a series what is its own, smoothed over three
weeks and drawn towards the shop's by `PRIOR` pieces, so that a few orders a year ago are not a season.
"""

from __future__ import annotations

import numpy as np

from insight.demand.panel import Days
from insight.demand.weekdays import weekday_profile, weekdays_ahead, without_weekdays

YEAR = 365
BEFORE = 56
"""days that say what the level is now, and was then"""
SHOP_REACH, SERIES_REACH = 2, 10
"""days on either side that are looked at together"""
PRIOR = 20.0
LEAST_DAYS = YEAR + BEFORE


def as_a_year_ago(values: Days, horizon: int) -> Days:
    """Today's level times how the days a year ago stood to the level before them. Shape (series, horizon).

    Wants `LEAST_DAYS` of history and a horizon of at most a year.
    """
    profile = weekday_profile(values)
    level = without_weekdays(values, profile)
    start = level.shape[1] - YEAR
    shop = _ratio(level.sum(axis=0, keepdims=True), start, horizon, SHOP_REACH, prior=1.0, towards=np.ones(horizon))
    broad = _ratio(level.sum(axis=0, keepdims=True), start, horizon, SERIES_REACH, prior=1.0, towards=np.ones(horizon))
    own = _ratio(level, start, horizon, SERIES_REACH, PRIOR, towards=broad[0])
    season = own / np.maximum(broad, 1e-9) * shop
    now = level[:, -BEFORE:].mean(axis=1, keepdims=True)
    return np.asarray(np.maximum(now * season * weekdays_ahead(profile, horizon), 0))


def _ratio(level: Days, start: int, horizon: int, reach: int, prior: float, towards: Days) -> Days:
    """Bought around each day over what the level before `start` would have brought; `prior` pieces say `towards`."""
    usual = level[:, max(start - BEFORE, 0) : start].mean(axis=1, keepdims=True)
    sums = np.cumsum(np.pad(level, ((0, 0), (1, 0))), axis=1)
    days = start + np.arange(horizon)
    low, high = np.maximum(days - reach, 0), np.minimum(days + reach + 1, level.shape[1])
    bought, expected = sums[:, high] - sums[:, low], usual * (high - low)
    return np.asarray((bought + prior * towards) / (expected + prior))
