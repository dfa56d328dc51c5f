"""One learner for all series: LightGBM over what each looked like at many earlier dates, and what came then.

A direct forecast: a row is (series, date it stood at, days ahead), the target is what was bought that day over the
series' level then, counted as Poisson with that level as exposure. What one category's year is too short to tell (the
days before a holiday, the middle of a month) all of them together may. Standard as in the M5 competition (Makridakis,
Spiliotis & Assimakopoulos, International Journal of Forecasting 38(4), 2022).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight.demand.calendars import nearness
from insight.demand.panel import WEEK, Days, DemandPanel

LEVEL_DAYS = 56
LEAST_DAYS = 140
"""below, too few dates lie behind to learn from"""
MOST_ROWS = 200_000
SMALL = 20.0
"""pieces a day: a series that sells fewer says less, by this much"""
ROUNDS = 250
# One thread: rows are few, and threads that wait for each other on a busy machine are many times slower than one.
PARAMETERS = {
    "objective": "poisson",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def learned(panel: DemandPanel, horizon: int) -> Days:
    """The days to come, shape (series, horizon). Wants `LEAST_DAYS` of history."""
    import lightgbm

    calendar = _calendar(panel, horizon)
    inputs, targets, weights = _lessons(panel, horizon, calendar)
    booster = lightgbm.train(PARAMETERS, lightgbm.Dataset(inputs, targets, weight=weights), ROUNDS)
    now, level = _rows(panel.values, calendar, panel.days, horizon)
    ahead = np.asarray(booster.predict(now)).reshape(len(panel.ids), horizon)
    return np.asarray(np.maximum(ahead * level[:, None], 0))


def _lessons(panel: DemandPanel, horizon: int, calendar: Days) -> tuple[Any, Any, Any]:
    """Inputs, targets, weights of the earlier dates, a week apart, fewer where they would be too many rows."""
    dates = np.arange(panel.days - horizon, LEVEL_DAYS - 1, -WEEK)
    most = max(4, MOST_ROWS // (horizon * len(panel.ids)))
    dates = dates[:: max(1, -(-len(dates) // most))]
    inputs, targets, weights = [], [], []
    for stand in dates:
        rows, level = _rows(panel.values, calendar, int(stand), horizon)
        inputs.append(rows)
        targets.append((panel.values[:, stand : stand + horizon] / level[:, None]).ravel())
        weights.append(np.repeat(level / (level + SMALL), horizon))
    return np.concatenate(inputs), np.concatenate(targets), np.concatenate(weights)


def _calendar(panel: DemandPanel, horizon: int) -> Days:
    """Weekday, day of the month, days to and from a holiday, shape (4, days and those to come)."""
    dates = panel.dates(ahead=horizon)
    own = np.asarray([[day.weekday(), day.day] for day in dates], dtype=np.float64).T
    return np.concatenate([own, nearness(panel.country, dates)])


def _rows(values: Days, calendar: Days, stand: int, horizon: int) -> tuple[Days, NDArray[np.float64]]:
    """What is known on day `stand` of each series and day ahead, shape (series * horizon, inputs), and the levels."""
    past, ahead = values[:, :stand], np.arange(horizon)
    level = past[:, -LEVEL_DAYS:].mean(axis=1) + 0.1
    weeks = past[:, -LEVEL_DAYS:].reshape(len(past), -1, WEEK)[:, :, ahead % WEEK]
    by_day = [weeks.mean(axis=1), weeks[:, -4:].mean(axis=1), weeks[:, -1]]
    by_series = [past[:, -WEEK:].mean(axis=1), past[:, -4 * WEEK :].mean(axis=1)]
    relative = [part / level[:, None] for part in by_day]
    relative += [np.repeat((part / level)[:, None], horizon, axis=1) for part in by_series]
    shared = [ahead.astype(np.float64), *calendar[:, stand : stand + horizon]]
    columns = [np.broadcast_to(part, relative[0].shape) for part in shared] + relative
    columns.append(np.broadcast_to(np.log(level)[:, None], relative[0].shape))
    return np.stack(columns, axis=2).reshape(-1, len(columns)), level
