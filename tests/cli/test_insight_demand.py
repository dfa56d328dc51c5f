"""`hawker insight forecast|trends|market`: JSON and nothing else, and one line for what cannot be asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.customer import Customer, Order, OrderLine
from core.settings import Settings
from core.shop import Product
from store.opening import open_store
from tests.cli.conftest import Hawker

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINE = OrderLine("TENT", "Tent", 2, Decimal(90))


@pytest.fixture
def selling(home: Settings) -> Settings:
    """Seven weeks of two tents a day."""
    store = open_store(home)
    store.shop.put_products(
        [Product("TENT", {"en": "Dome tent"}, category=("Tents",), price=Decimal(90), currency="USD")]
    )
    store.customers.put([Customer("ann")])
    days = [FIRST + timedelta(days=day) for day in range(50)]
    store.orders.put([Order(f"o{at:%j}", "ann", (LINE,), "delivered", at, Decimal(180), "USD") for at in days])
    store.close()
    return home


def test_a_forecast_is_json(selling: Settings, hawker: Hawker) -> None:
    (said,) = hawker("insight", "forecast", "--days", "7", "--json", HAWKER_HOME=str(selling.home)).json_lines()
    (tents,) = said["forecasts"]
    assert (tents["series"], tents["unit"], tents["mean"]) == ("Tents", "pieces", [2.0] * 7)
    assert tents["dates"][0] == "2026-04-20"
    assert said["left_out"] == 0


def test_a_forecast_is_a_table_for_people(selling: Settings, hawker: Hawker) -> None:
    said = hawker("insight", "forecast", "--by", "product", "--days", "7", HAWKER_HOME=str(selling.home)).out
    assert "TENT" in said
    assert "2026-04-20 to 2026-04-26" in said


def test_a_steady_shop_has_no_notes(selling: Settings, hawker: Hawker) -> None:
    assert hawker("insight", "trends", "--json", HAWKER_HOME=str(selling.home)).json_lines() == [
        {"trends": [], "anomalies": []}
    ]


@pytest.mark.parametrize(
    "wrong", [["forecast", "--by", "colour"], ["forecast", "--as-of", "soon"], ["forecast", "--country", "XX"]]
)
def test_what_cannot_be_asked_is_one_line(selling: Settings, hawker: Hawker, wrong: list[str]) -> None:
    said = hawker("insight", *wrong, HAWKER_HOME=str(selling.home))
    assert said.status == 2
    assert said.out == ""


@pytest.mark.model
def test_a_competitor_is_loaded_kept_and_compared(selling: Settings, hawker: Hawker, tmp_path: Path) -> None:
    theirs = {"id": "T1", "name": {"en": "Dome tent"}, "category": ["Tents"], "price": "75.00", "currency": "USD"}
    (tmp_path / "products.jsonl").write_text(json.dumps(theirs), encoding="utf-8")
    (said,) = hawker(
        "insight", "market", "--competitor", f"rival={tmp_path}", "--json", HAWKER_HOME=str(selling.home)
    ).json_lines()
    (comparison,) = said["comparisons"]
    (match,) = comparison["matches"]
    assert (match["ours"], match["theirs"], match["price_ratio"]) == ("TENT", "T1", 1.2)
    (again,) = hawker("insight", "market", "--json", HAWKER_HOME=str(selling.home)).json_lines()
    assert again == said
