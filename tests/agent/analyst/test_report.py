"""The report on a shop: what is there is told, what is too thin says so, and names are never markup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.analyst.report import Month, report_on
from agent.analyst.report_page import draw_report
from core.customer import Customer, CustomerProfile, Order, OrderLine
from core.settings import Settings
from core.shop import Brand, Product
from store.opening import Store, open_store

NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)


@pytest.fixture
def store(home: Settings) -> Iterator[Store]:
    """Three customers, one of whom orders a lamp every day for a hundred days."""
    store = open_store(home)
    store.shop.set_brand(Brand("Lamps <b>& Co", currency="EUR"))
    store.shop.put_products([Product("LAMP", {"en": "Lamp"}, category=("lamps",), price=Decimal(20))])
    store.customers.put([Customer(name) for name in ("ann", "bo", "cy")])
    line = (OrderLine("LAMP", "Lamp", 1, Decimal(20)),)
    days = [NOON - timedelta(days=day) for day in range(100)]
    store.orders.put([Order(f"o{at}", "ann", line, "delivered", day, Decimal(20)) for at, day in enumerate(days)])
    store.profiles.put([CustomerProfile("ann", segment="champions"), CustomerProfile("bo"), CustomerProfile("cy")])
    yield store
    store.close()


def test_what_is_there_is_told_and_what_is_too_thin_says_why(store: Store, home: Settings) -> None:
    report = report_on(store, home.home, "en")
    assert (report.customers, report.as_of) == (3, NOON.date())
    assert report.months[-1] == Month("2026-03", 30, 600.0)
    assert [(one.title, one.customers) for one in report.segments] == [("Champions", 1), ("Not known yet", 2)]
    assert report.demand is not None
    assert report.demand.foretold.mean == pytest.approx([1.0] * 28, abs=0.2)
    assert report.lifetime is None
    assert set(report.missing) == {"lifetime"}


@pytest.mark.parametrize(("language", "word"), [("en", "Who the customers are"), ("zh", "客户是谁")])
def test_the_page_stands_alone_and_escapes_names(store: Store, home: Settings, language: str, word: str) -> None:
    page = draw_report(report_on(store, home.home, "zh" if language == "zh" else "en"))
    assert word in page
    assert "Lamps &lt;b&gt;&amp; Co" in page
    assert "Lamps <b>" not in page
    assert "<script src=" not in page
    assert page.count("plotly-graph-div") == 2


def test_an_empty_shop_has_a_page_too(home: Settings) -> None:
    store = open_store(home)
    report = report_on(store, home.home, "en")
    store.close()
    assert report.demand is None
    assert "Not drawn: " in draw_report(report)
