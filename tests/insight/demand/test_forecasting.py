"""Forecasts of series whose truth is known: near it, better than the last week again, blind to what comes later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from evals.insight.demand import errors_by_category, read_grocer
from insight.demand.backtest import ask
from insight.demand.forecasting import forecast, rehearse
from insight.demand.methods import METHODS, NAIVE
from insight.demand.panel import DemandPanel
from insight.demand.yearly import as_a_year_ago
from tests.insight.demand.conftest import WEEK

Panels = Callable[..., DemandPanel]
QUICK = tuple(method for method in METHODS if method.name in {NAIVE, "weekday means", "ETS", "TSB"})


def test_a_steady_rhythm_is_foretold(panel: Panels) -> None:
    given = panel(30.0, 0.2, days=140)
    steady, rare = forecast(given, 14).forecasts
    rhythm = WEEK[(140 + np.arange(14)) % 7]
    assert np.asarray(steady.mean) == pytest.approx(30 * rhythm, rel=0.2)
    assert steady.dates[0] == given.dates(ahead=1)[-1]
    assert steady.backtest is not None
    assert steady.backtest.ratio < 0.9
    assert rare.total == pytest.approx(0.2 * rhythm.sum(), abs=1.5)
    assert all(low <= mean <= high for low, mean, high in zip(steady.low, steady.mean, steady.high, strict=True))


def test_bounds_hold_about_as_often_as_they_say(panel: Panels) -> None:
    whole = panel(*np.linspace(5, 60, 12), days=154)
    came = whole.values[:, 126:]
    said = forecast(whole.until(126), 28).forecasts
    inside = [
        low <= value <= high
        for row, one in enumerate(said)
        for low, value, high in zip(one.low, came[row], one.high, strict=True)
    ]
    assert 0.7 <= np.mean(inside) <= 0.92


def test_what_comes_later_changes_nothing_said_before(panel: Panels) -> None:
    given = panel(20.0, 8.0, days=126)
    other = replace(given, values=np.concatenate([given.values[:, :112], given.values[:, 112:] * 50], axis=1))
    before, after = (rehearse(one, 14, QUICK) for one in (given, other))
    assert before is not None
    assert after is not None
    known = [at for at, origin in enumerate(before.past.origins) if origin + 14 <= 112]
    assert known
    assert np.array_equal(before.blends[known], after.blends[known])


def test_a_year_ago_tells_of_a_sale_that_has_not_come_yet() -> None:
    rate = np.full(480, 40.0)
    rate[125:135] = 120.0  # ten days of a sale; a year later it begins on day 490
    counts = np.random.default_rng(1).poisson(rate)[None].astype(np.float64)
    said = as_a_year_ago(counts, 28)[0]
    assert said[:7].mean() == pytest.approx(40, rel=0.15)
    assert said[12:18].mean() > 85


def test_sparse_series_alone_are_asked_of_croston(panel: Panels) -> None:
    said = ask(panel(20.0, 0.3, days=100), 7, METHODS)
    croston = next(at for at, method in enumerate(METHODS) if method.name == "Croston")
    assert np.isnan(said[croston, 0]).all()
    assert np.isfinite(said[croston, 1]).all()


def test_a_short_past_has_plain_means_and_a_shorter_one_nothing(panel: Panels) -> None:
    (short,) = forecast(panel(10.0, days=60), 28).forecasts
    assert (short.model, short.backtest) == ("weekday means", None)
    assert short.total_low < short.total < short.total_high
    outlook = forecast(panel(10.0, days=20), 28)
    assert outlook.forecasts == ()
    assert "20 days" in outlook.too_thin[0].why
    assert "in 60 days" in forecast(panel(0.05, days=60), 28).too_thin[0].why


@pytest.mark.parametrize(("horizon", "level"), [(0, 0.8), (400, 0.8), (28, 1.0)])
def test_what_cannot_be_asked_is_refused(panel: Panels, horizon: int, level: float) -> None:
    with pytest.raises(UserError, match="expected"):
        forecast(panel(10.0), horizon, level)


def test_a_grocers_categories_are_foretold_better_than_by_the_last_week(shared_data: Path) -> None:
    grocer = read_grocer(shared_data)
    some = grocer.only(np.arange(len(grocer.ids)) % 15 == 0)
    rehearsal = rehearse(some, 28, QUICK)
    assert rehearsal is not None
    assert np.mean([error.ratio for error in errors_by_category(some, rehearsal)]) < 0.9
