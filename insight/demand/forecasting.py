"""The whole way from daily series to forecasts: gates, a look back, a blend of what was right then, intervals.

Whoever wants figures of quality asks `rehearse`, which stands at earlier dates and knows nothing later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from insight.demand.backtest import PastForecasts, Told, ask, look_back, origins_of
from insight.demand.blending import Weights, blend, blends_as_they_were, weigh
from insight.demand.forecast import Backtest, Forecast, TooThin
from insight.demand.gates import sort_out
from insight.demand.intervals import Reach, reach_by_past, reach_by_scatter
from insight.demand.methods import METHODS, NAIVE, Method, weekday_means
from insight.demand.panel import WEEK, Days, DemandPanel
from insight.demand.wording import why_these, why_weekdays

ORIGINS = 8
"""earlier dates whose errors are told"""
FIRST_ORIGINS = 4
"""dates before those, from which the first of them chose"""
LEAST_ORIGINS = 3
LEAST_HISTORY = 8 * WEEK
LONGEST = 182
"""days; beyond half a year the past says too little"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Forecasts, and the series for which there is none."""

    forecasts: tuple[Forecast, ...]
    too_thin: tuple[TooThin, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Earlier dates, what each method said at them, and what the blend said, chosen by what was known then."""

    past: PastForecasts
    blends: Days
    """shape (origins, series, horizon)"""

    def scored(self) -> slice:
        """The origins that count; those before them are there to choose from."""
        return slice(-min(ORIGINS, len(self.past.origins)), None)


def forecast(panel: DemandPanel, horizon: int, level: float = 0.8, told: Told | None = None) -> Outlook:
    """The `horizon` days after the panel's last. Deterministic. Raises `UserError` for a horizon or level out of
    range."""
    if not 1 <= horizon <= LONGEST:
        raise UserError("--days", horizon, f"1 to {LONGEST} days", "ask for fewer days, and again later")
    if not 0.5 <= level <= 0.99:
        raise UserError("--level", level, "a probability from 0.5 to 0.99", "0.8 is usual")
    fit, too_thin = sort_out(panel)
    if not fit.ids:
        return Outlook((), too_thin)
    rehearsal = rehearse(fit, horizon, told=told)
    if rehearsal is None:
        return Outlook(_simply(fit, horizon, level), too_thin)
    return Outlook(_by_blend(fit, rehearsal, level), too_thin)


def rehearse(
    panel: DemandPanel, horizon: int, methods: Sequence[Method] = METHODS, told: Told | None = None
) -> Rehearsal | None:
    """Stand at earlier dates, half a horizon apart; None where fewer than three have enough days before them."""
    step = max(WEEK, horizon // 2 // WEEK * WEEK)
    origins = origins_of(panel.days, horizon, step, ORIGINS + FIRST_ORIGINS, LEAST_HISTORY)
    if len(origins) < LEAST_ORIGINS:
        return None
    past = look_back(panel, horizon, origins, methods, told)
    return Rehearsal(past, blends_as_they_were(past))


def _by_blend(panel: DemandPanel, rehearsal: Rehearsal, level: float) -> tuple[Forecast, ...]:
    past, scored = rehearsal.past, rehearsal.scored()
    said = ask(panel, past.horizon)
    weights = weigh(past, np.arange(len(past.origins)))
    weights = np.where(np.isfinite(said).all(axis=2), weights, 0.0)
    weights = weights / weights.sum(axis=0)
    reach = reach_by_past(rehearsal.blends[scored], past.came[scored], level)
    tests = [_backtest(rehearsal, row) for row in range(len(panel.ids))]
    models = [_named(past.methods, weights[:, row]) for row in range(len(panel.ids))]
    whys = [why_these(model, test) for model, test in zip(models, tests, strict=True)]
    return _forecasts(panel, blend(said, weights), reach, level, models, whys, tests)


def _simply(panel: DemandPanel, horizon: int, level: float) -> tuple[Forecast, ...]:
    count, reach = len(panel.ids), reach_by_scatter(panel.values, horizon, level)
    why = why_weekdays(panel.days)
    mean = weekday_means(panel.values, horizon)
    return _forecasts(panel, mean, reach, level, ["weekday means"] * count, [why] * count, [None] * count)


def _backtest(rehearsal: Rehearsal, row: int) -> Backtest:
    scored, past = rehearsal.scored(), rehearsal.past
    came = past.came[scored, row]
    bought = max(float(came.sum()), 1e-9)
    naive = past.said[past.methods.index(NAIVE), scored, row]
    off, naive_off = (float(np.abs(said - came).sum()) / bought for said in (rehearsal.blends[scored, row], naive))
    return Backtest(len(came), off, naive_off)


def _named(methods: Sequence[str], weights: Weights | NDArray[np.float64]) -> str:
    loudest = sorted(zip(weights, methods, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return ", ".join(f"{name} {weight:.0%}" for weight, name in loudest if weight >= 0.005)


def _forecasts(
    panel: DemandPanel,
    mean: Days,
    reach: Reach,
    level: float,
    models: Sequence[str],
    whys: Sequence[str],
    tests: Sequence[Backtest | None],
) -> tuple[Forecast, ...]:
    (low, high), (total_low, total_high) = reach.days(mean), reach.totals(mean)
    dates = tuple(panel.dates(ahead=mean.shape[1])[panel.days :])
    return tuple(
        Forecast(
            series=series,
            unit=panel.unit,
            dates=dates,
            mean=tuple(map(float, mean[row])),
            low=tuple(map(float, low[row])),
            high=tuple(map(float, high[row])),
            level=level,
            total=float(mean[row].sum()),
            total_low=float(total_low[row]),
            total_high=float(total_high[row]),
            model=models[row],
            why=whys[row],
            backtest=tests[row],
        )
        for row, series in enumerate(panel.ids)
    )
