"""Ways to continue daily series: statsforecast's models with the settings that suit shops, the year's rhythm, and the
learner that sees all series at once.

Each takes the panel so far and gives the days to come, shape (series, horizon), never below 0. What each needs to be
worth asking is said beside it, so that the backtest tries nothing in vain.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight.demand.learned import LEAST_DAYS as LEARNING_DAYS
from insight.demand.learned import learned
from insight.demand.panel import WEEK, Days, DemandPanel
from insight.demand.weekdays import weekday_profile, weekdays_ahead, without_weekdays
from insight.demand.yearly import LEAST_DAYS as YEARLY_DAYS
from insight.demand.yearly import as_a_year_ago

Ahead = Callable[[DemandPanel, int], Days]
Continue = Callable[[Days, int], Days]
NAIVE = "last week again"
SPARSE = 0.4
"""share of days without a sale from which a series is intermittent"""


@dataclass(frozen=True, slots=True)
class Method:
    """One way, with the least history it wants, in days."""

    name: str
    ahead: Ahead
    least_days: int
    sparse_only: bool = False
    """made for series with many empty days; not asked for others"""


def last_week_again(values: Days, horizon: int) -> Days:
    """The seasonal naive forecast: each day as a week before. The yardstick of every other."""
    return values[:, -WEEK:][:, np.arange(horizon) % WEEK]


def weekday_means(values: Days, horizon: int, weeks: int = 8) -> Days:
    """The mean of each weekday over the last `weeks`: steady, and hard to beat where nothing moves."""
    whole = min(weeks, values.shape[1] // WEEK)
    recent = values[:, -WEEK * whole :].reshape(len(values), whole, WEEK)
    return np.asarray(recent.mean(axis=1)[:, np.arange(horizon) % WEEK])


def _each(make: Callable[[Any], Any], values: Days, horizon: int) -> Days:
    """One statsforecast model fitted to each row; a row that it cannot fit has its weekday means."""
    from statsforecast import models

    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optimisers that stop early say so for each row; the backtest judges them
        for row in values:
            try:
                ahead = make(models).forecast(y=np.ascontiguousarray(row), h=horizon)["mean"]
            except (ValueError, ArithmeticError, RuntimeError):
                ahead = np.full(horizon, np.nan)
            known = np.isfinite(ahead)
            rows.append(np.where(known, ahead, weekday_means(row[None], horizon)[0]))
    return np.maximum(np.asarray(rows, dtype=np.float64), 0)


def _whole_week(make: Callable[[Any], Any]) -> Continue:
    """A model with a season of seven days."""
    return lambda values, horizon: _each(make, values, horizon)


def _level(make: Callable[[Any], Any]) -> Continue:
    """A model without a season, over days from which the weekdays' rhythm was taken; it is given back afterwards."""

    def ahead(values: Days, horizon: int) -> Days:
        profile = weekday_profile(values)
        return _each(make, without_weekdays(values, profile), horizon) * weekdays_ahead(profile, horizon)

    return ahead


def _own(continue_: Continue) -> Ahead:
    """One that looks at the numbers alone."""
    return lambda panel, horizon: continue_(panel.values, horizon)


METHODS: tuple[Method, ...] = (
    Method(NAIVE, _own(last_week_again), WEEK),
    Method("weekday means", _own(weekday_means), 2 * WEEK),
    Method("ETS", _own(_whole_week(lambda models: models.AutoETS(season_length=WEEK, model="ANA"))), 4 * WEEK),
    Method("Theta", _own(_whole_week(lambda models: models.OptimizedTheta(season_length=WEEK))), 4 * WEEK),
    Method("CES", _own(_whole_week(lambda models: models.AutoCES(season_length=WEEK))), 6 * WEEK),
    Method("ARIMA", _own(_level(lambda models: models.ARIMA(order=(1, 0, 1)))), 6 * WEEK),
    Method("as a year ago", _own(as_a_year_ago), YEARLY_DAYS),
    Method("learned over all", learned, LEARNING_DAYS),
    Method("Croston", _own(_level(lambda models: models.CrostonSBA())), 4 * WEEK, sparse_only=True),
    Method("TSB", _own(_level(lambda models: models.TSB(alpha_d=0.1, alpha_p=0.1))), 4 * WEEK, sparse_only=True),
    Method("ADIDA", _own(_level(lambda models: models.ADIDA())), 4 * WEEK, sparse_only=True),
)


def is_sparse(values: Days) -> NDArray[np.bool_]:
    """Which series are intermittent, shape (series,)."""
    return np.asarray((values <= 0).mean(axis=1) >= SPARSE)
