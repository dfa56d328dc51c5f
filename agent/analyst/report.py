"""What a marketer asks first, gathered: who the customers are, what will be bought, what they will bring, what is odd.

Each part stands on its own: where the records are too thin for one, it says so and the others are there. It draws
nothing (see agent/analyst/report_page.py) and asks no model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from agent.analyst.notes import anomaly_in_words, trend_in_words
from core.errors import UserError
from insight.behaviour.orders import SCALE, orders_of
from insight.behaviour.records import read_behaviour
from insight.customers.segments import SEGMENTS

if TYPE_CHECKING:
    from pathlib import Path

    from core.language import Language
    from insight.behaviour.records import Behaviour
    from insight.demand.forecast import Forecast
    from insight.demand.panel import DemandPanel
    from insight.lifetime.outlook import Outlook
    from store.opening import Store

AHEAD = 28
"""days that are foretold"""
NOTES = 12
"""trends and odd days told, those of the best-selling categories"""
YEAR = 365
DISCOUNT = 0.1
"""by how much money in a year is worth less"""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Month:
    """Orders and what was paid, of one month."""

    name: str
    """as `2026-11`"""
    orders: int
    paid: float


@dataclass(frozen=True, slots=True)
class SegmentLine:
    title: str
    description: str
    customers: int


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A kept model and how well it told customers apart, beside its baseline."""

    name: str
    auc: float
    baseline: float
    rows: int


@dataclass(frozen=True, slots=True)
class Demand:
    """The whole shop's pieces a day: those of the last months, and what is foretold."""

    dates: tuple[date, ...]
    sold: tuple[float, ...]
    foretold: Forecast


@dataclass(frozen=True, slots=True)
class ShopReport:
    """A part that could not be drawn is None; `missing` says why, by part."""

    name: str
    currency: str
    language: Language
    customers: int
    as_of: date | None
    """of the newest order"""
    months: tuple[Month, ...]
    segments: tuple[SegmentLine, ...]
    demand: Demand | None
    notes: tuple[str, ...]
    lifetime: Outlook | None
    models: tuple[ModelLine, ...]
    missing: dict[str, str]


def report_on(store: Store, home: Path, language: Language) -> ShopReport:
    """The report on the shop in `store`, whose kept models lie in `home`."""
    behaviour, brand = read_behaviour(store), store.shop.brand()
    months, missing = _months(behaviour), dict[str, str]()
    country = brand.country if brand else ""

    def part(name: str, draw: Callable[[], Found]) -> Found | None:
        try:
            return draw()
        except UserError as error:
            missing[name] = str(error)
            return None

    return ShopReport(
        name=brand.name if brand else "",
        currency=brand.currency if brand else "",
        language=language,
        customers=store.customers.count(),
        as_of=_newest(behaviour),
        months=months,
        segments=_segments(store, language),
        demand=part("demand", lambda: _demand(behaviour, country)),
        notes=part("notes", lambda: _notes(behaviour, country, language)) or (),
        lifetime=part("lifetime", lambda: _lifetime(store)),
        models=_models(home),
        missing=missing,
    )


def _months(behaviour: Behaviour) -> tuple[Month, ...]:
    orders = orders_of(behaviour.purchases()).with_columns(month=pl.col("at").dt.strftime("%Y-%m"))
    drawn = orders.group_by("month").agg(pl.len(), pl.col("paid").sum()).sort("month").collect()
    return tuple(Month(name, count, paid / SCALE) for name, count, paid in drawn.rows())


def _newest(behaviour: Behaviour) -> date | None:
    newest = behaviour.lines.select(pl.col("at").max()).collect().item()
    return newest.date() if newest is not None else None


def _segments(store: Store, language: Language) -> tuple[SegmentLine, ...]:
    sizes = Counter(profile.segment for profile in store.profiles.all())
    return tuple(
        SegmentLine(one.title[language], one.description[language], sizes[one.name])
        for one in SEGMENTS.values()
        if sizes[one.name]
    )


def _demand(behaviour: Behaviour, country: str) -> Demand | None:
    from insight.demand.forecasting import forecast

    panel = _panel(behaviour, "shop", country)
    outlook = forecast(panel, AHEAD)
    if not outlook.forecasts:
        raise UserError("orders", f"{panel.days} days", "a longer record to foretell demand from")
    return Demand(tuple(panel.dates()[-YEAR:]), tuple(panel.values[0][-YEAR:].tolist()), outlook.forecasts[0])


def _notes(behaviour: Behaviour, country: str, language: Language) -> tuple[str, ...]:
    from insight.demand.anomalies import find_anomalies
    from insight.demand.trends import find_trends

    panel = _panel(behaviour, "category", country).best_selling(NOTES)
    told = [trend_in_words(note, language) for note in find_trends(panel)]
    told += [anomaly_in_words(odd, language) for odd in find_anomalies(panel)]
    return tuple(told[:NOTES])


def _panel(behaviour: Behaviour, by: str, country: str) -> DemandPanel:
    from insight.demand.panel import demand_panel

    return demand_panel(behaviour, by, None, country)


def _lifetime(store: Store) -> Outlook:
    from insight.lifetime.outlook import look_out
    from insight.lifetime.shop import study_shop

    study = study_shop(store)
    return look_out(study.model, study.bought, YEAR, DISCOUNT)


def _models(home: Path) -> tuple[ModelLine, ...]:
    from insight.predicting.kept import kept

    lines = []
    for one in kept(home):
        facts = one.about["facts"]
        ours, theirs = facts["judged"]["measured"][:2]
        lines.append(ModelLine(one.about["name"], ours["auc"]["value"], theirs["auc"]["value"], facts["rows"]))
    return tuple(lines)
