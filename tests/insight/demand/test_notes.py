"""Planted trends and odd days are found, chance is not, and what is said of them is true to the figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from agent.analyst import notes
from agent.analyst.notes import anomaly_in_words, trend_in_words
from core.errors import HawkerError
from core.language import Language
from insight.demand.anomalies import Anomaly, find_anomalies
from insight.demand.panel import DemandPanel
from insight.demand.trends import TrendNote, find_trends

Panels = Callable[..., DemandPanel]
LEVELS = tuple(np.linspace(3, 60, 20))


def _with(panel: DemandPanel, row: int, days: slice, factor: float) -> DemandPanel:
    values = panel.values.copy()
    values[row, days] = np.round(values[row, days] * factor)
    return replace(panel, values=values)


def test_a_planted_rise_is_found_and_nothing_else(panel: Panels) -> None:
    (note,) = find_trends(_with(panel(*LEVELS), 10, slice(-56, None), 1.5))
    assert note.series == "s10"
    assert note.change == pytest.approx(0.5, abs=0.12)
    assert note.now == pytest.approx(1.5 * LEVELS[10], rel=0.1)


def test_chance_alone_is_no_trend_and_hardly_an_odd_day(panel: Panels) -> None:
    trends = [len(find_trends(panel(*LEVELS, seed=seed))) for seed in range(5)]
    odd = [len(find_anomalies(panel(*LEVELS[:8], seed=seed))) for seed in range(2)]
    assert sum(trends) <= 1
    assert sum(odd) <= 2


def test_planted_odd_days_are_found(panel: Panels) -> None:
    given = _with(_with(panel(*LEVELS[10:14], country="US"), 1, slice(-20, -19), 4), 3, slice(-40, -39), 0)
    found = {(odd.series, odd.kind) for odd in find_anomalies(given)}
    assert found == {("s1", "spike"), ("s3", "dip")}


def test_an_odd_holiday_is_named(panel: Panels) -> None:
    given = panel(30.0, days=200, country="US")
    fourth = (date(2026, 7, 4) - given.first).days
    (odd,) = find_anomalies(_with(given, 0, slice(fourth, fourth + 1), 3))
    assert "Independence Day" in odd.holiday
    assert "Independence Day" in anomaly_in_words(odd, "en")


TREND = TrendNote("tents", "pieces", date(2026, 9, 21), date(2026, 11, 15), 8, 4.2, 6.3, 0.5, 0.001)
DIP = Anomaly("shop", "orders", date(2026, 11, 3), "dip", 0.0, 23.6, 0.004, "")


@pytest.mark.parametrize(
    ("language", "trend", "dip"),
    [
        (
            "en",
            "tents: 6.3 pieces a day in the 8 weeks since 2026-09-21, up 50% from 4.2 in the 8 weeks before.",
            "The whole shop: 0 orders on 2026-11-03, far below the usual 24.",
        ),
        (
            "zh",
            "tents：自 2026-09-21 起 8 周日均 6.3 件，此前 8 周日均 4.2 件，上升 50%。",
            "全店：2026-11-03售出 0 单，明显低于平日的 24 单。",
        ),
    ],
)
def test_notes_say_what_the_figures_say(language: Language, trend: str, dip: str) -> None:
    assert trend_in_words(TREND, language) == trend
    assert anomaly_in_words(DIP, language) == dip


def test_a_series_that_is_new_has_no_percentage() -> None:
    said = trend_in_words(replace(TREND, before=0.0, change=float("inf")), "en")
    assert said == "tents: 6.3 pieces a day in the 8 weeks since 2026-09-21, nothing before."


def test_a_number_that_no_figure_licenses_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(notes.UNITS, "en", {"pieces": "pieces of 500", "orders": "orders"})
    with pytest.raises(HawkerError, match="500"):
        trend_in_words(TREND, "en")
