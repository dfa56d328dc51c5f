"""`hawker insight forecast|trends`: what will be bought, what rises and falls, and which days were odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from datetime import datetime

    from agent.house import House
    from core.language import Language
    from insight.demand.forecast import Forecast
    from insight.demand.forecasting import Outlook
    from insight.demand.panel import DemandPanel

By = Annotated[str, typer.Option(help="shop, category or product")]
Country = Annotated[str | None, typer.Option(help="whose holidays are kept, as US; default: BRAND.yaml's `country`")]
Most = Annotated[int, typer.Option(help="series, those that sell most", min=1)]
AsOf = Annotated[str | None, typer.Option("--as-of", help="stand on this day, default: the newest order's")]


def forecast(
    by: By = "category",
    days: Annotated[int, typer.Option(help="to come")] = 28,
    level: Annotated[float, typer.Option(help="chance that a day lies within its bounds")] = 0.8,
    most: Most = 60,
    country: Country = None,
    as_of: AsOf = None,
    json: edge.Json = False,
) -> None:
    """What will be bought in the days to come, with bounds, and how right the same methods were before."""
    from insight.demand import forecasting

    with edge.house() as house:
        panel = _panel(house, by, as_of, country)
    chosen = panel.best_selling(most)
    with edge.progress() as bar:
        task = bar.add_task("looking back", total=None, note="")
        outlook = forecasting.forecast(
            chosen, days, level, told=lambda done, all_: bar.update(task, completed=done, total=all_)
        )
    left_out = len(panel.ids) - len(chosen.ids)
    if json:
        edge.print_json({"forecasts": outlook.forecasts, "too_thin": outlook.too_thin, "left_out": left_out})
    else:
        _show(outlook, left_out)


def trends(
    by: By = "category",
    language: Annotated[str, typer.Option("--lang", help="en or zh")] = "en",
    most: Most = 200,
    country: Country = None,
    as_of: AsOf = None,
    json: edge.Json = False,
) -> None:
    """What rose or fell over eight weeks, and the odd days of the last ninety."""
    from agent.analyst.notes import anomaly_in_words, trend_in_words
    from insight.demand.anomalies import find_anomalies
    from insight.demand.trends import find_trends

    language_ = _language(language)
    with edge.house() as house:
        panel = _panel(house, by, as_of, country).best_selling(most)
    moved, odd = find_trends(panel), find_anomalies(panel)
    if json:
        edge.print_json({"trends": moved, "anomalies": odd})
        return
    said = [trend_in_words(note, language_) for note in moved] + [anomaly_in_words(day, language_) for day in odd]
    for line in said or ["Nothing stands out of chance."]:
        edge.out().print(line, markup=False)


def _panel(house: House, by: str, as_of: str | None, country: str | None) -> DemandPanel:
    from insight.behaviour.records import read_behaviour
    from insight.demand.calendars import holiday_names
    from insight.demand.panel import demand_panel

    brand = house.store.shop.brand()
    kept = country if country is not None else brand.country if brand else ""
    panel = demand_panel(read_behaviour(house.store), by, _moment(as_of), kept)
    holiday_names(kept, panel.last.year)  # refuses an unknown country before anything is computed
    return panel


def _moment(given: str | None) -> datetime | None:
    from datetime import UTC, datetime

    from core.errors import UserError

    try:
        return None if given is None else datetime.fromisoformat(given).replace(tzinfo=UTC)
    except ValueError:
        raise UserError("--as-of", given, "a date", "write it as 2026-11-01") from None


def _language(given: str) -> Language:
    from core.errors import UserError
    from core.language import LANGUAGES

    known = next((language for language in LANGUAGES if language == given), None)
    if known is None:
        raise UserError("--lang", given, "en or zh")
    return known


def _show(outlook: Outlook, left_out: int) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("series", "total", "80 %", "a day", "off", "last week's"):
        table.add_column(column, justify="left" if column == "series" else "right")
    for one in outlook.forecasts:
        table.add_row(*_row(one))
    edge.out().print(table)
    if outlook.forecasts:
        dates, level = outlook.forecasts[0].dates, outlook.forecasts[0].level
        edge.out().print(f"{dates[0]} to {dates[-1]}; bounds hold with {level:.0%}", markup=False)
    for thin in outlook.too_thin:
        edge.out().print(f"no forecast of {thin.series}: {thin.why}", markup=False)
    if left_out:
        edge.out().print(f"{left_out} that sell less are left out; --most takes more", markup=False)


def _row(one: Forecast) -> tuple[str, ...]:
    test = one.backtest
    off, naive = (f"{test.wape:.0%}", f"{test.naive_wape:.0%}") if test else ("", "")
    bounds = f"{one.total_low:.0f}-{one.total_high:.0f}"
    return one.series[:34], f"{one.total:.0f}", bounds, f"{one.total / len(one.mean):.1f}", off, naive
