"""Odd days: what stands out of a series' own week and level, with chance ruled out over all days and series.

Robust throughout, so that an odd day does not hide itself: the level and the week come from a robust STL (Cleveland et
al., Journal of Official Statistics 6(1), 1990), the usual scatter from the median absolute deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from insight.demand.calendars import holidays_between
from insight.demand.panel import WEEK, Days, DemandPanel

LEAST_DAYS = 8 * WEEK
LEAST_A_DAY = 1.0
"""pieces; below, an empty day is nothing odd and two pieces are chance"""
TO_SIGMA = 1.4826
"""median absolute deviation -> standard deviation, for a normal scatter"""
FREEDOM = 6
"""of Student's t, whose tails are as heavy as sales' are"""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One day of one series."""

    series: str
    unit: str
    day: date
    kind: Literal["spike", "dip"]
    came: float
    expected: float
    """by the series' level and weekday"""
    chance: float
    """how often a usual day is as far off, corrected for how many days were looked at"""
    holiday: str
    """the public holiday on that day, empty for none"""


def find_anomalies(panel: DemandPanel, last_days: int = 90, false_share: float = 0.05) -> tuple[Anomaly, ...]:
    """Odd days among the last `last_days`, the newest first; at most `false_share` of them are expected to be chance.
    Series that sell less than a piece a day are not looked at, nor is any with less than eight weeks behind it.
    """
    panel = panel.only(panel.values.mean(axis=1) >= LEAST_A_DAY) if panel.days >= LEAST_DAYS else panel.until(0)
    if panel.days == 0 or not panel.ids:
        return ()
    from scipy.stats import false_discovery_control, t

    expected, off = _off(panel.values)
    looked = min(last_days, panel.days)
    chances = 2 * t.sf(np.abs(off[:, -looked:]), FREEDOM)
    chances = false_discovery_control(chances.ravel()).reshape(chances.shape)
    named = holidays_between(panel.country, panel.first, panel.last)
    days, skipped = panel.dates(), panel.days - looked
    found = [
        _anomaly(panel, row, skipped + at, expected, chances[row, at], named.get(days[skipped + at], ""))
        for row, at in np.argwhere(chances <= false_share)
    ]
    return tuple(sorted(found, key=lambda odd: (-odd.day.toordinal(), odd.chance, odd.series)))


def _anomaly(panel: DemandPanel, row: int, day: int, expected: Days, chance: float, holiday: str) -> Anomaly:
    came, usual = float(panel.values[row, day]), float(expected[row, day])
    kind: Literal["spike", "dip"] = "spike" if came > usual else "dip"
    return Anomaly(panel.ids[row], panel.unit, panel.dates()[day], kind, came, usual, float(chance), holiday)


def _off(values: Days) -> tuple[Days, NDArray[np.float64]]:
    """What was expected, and how many standard deviations each day was off, both of shape (series, days).

    On square roots, which even out the scatter of counts. A scatter below that of pure chance (a half) is not believed.
    """
    from statsmodels.tsa.seasonal import STL

    roots = np.sqrt(values)
    fits = [STL(row, period=WEEK, seasonal=13, robust=True).fit() for row in roots]
    level = np.stack([fit.trend + fit.seasonal for fit in fits])
    rest = roots - level
    middle = np.median(rest, axis=1, keepdims=True)
    sigma = np.maximum(TO_SIGMA * np.median(np.abs(rest - middle), axis=1, keepdims=True), 0.5)
    return np.asarray(np.maximum(level + middle, 0) ** 2), np.asarray((rest - middle) / sigma)
