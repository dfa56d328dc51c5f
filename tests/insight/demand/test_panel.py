"""From orders to daily series: what is counted, which days there are, what is not over yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.customer import Customer, Order, OrderLine
from core.errors import UserError
from core.shop import Product
from insight.behaviour.records import read_behaviour
from insight.demand.panel import demand_panel
from store.opening import Store


def _order(number: int, day: int, *products: str, status: str = "delivered") -> Order:
    lines = tuple(OrderLine(product, product, 2, Decimal(5)) for product in products)
    return Order(f"o{number}", "ann", lines, status, datetime(2026, 5, day, 10, tzinfo=UTC))


@pytest.fixture
def filled(store: Store) -> Store:
    store.shop.put_products([Product("TENT", name={"en": "Tent"}, category=("Outdoor", "Tents"))])
    store.customers.put([Customer("ann")])
    store.orders.put(
        [
            _order(1, 1, "TENT", "PEG"),
            _order(2, 3, "TENT"),
            _order(3, 3, "TENT", status="cancelled"),
            _order(4, 5, "TENT"),
        ]
    )
    return store


def test_days_without_a_sale_are_zeros_and_the_last_day_is_not_over(filled: Store) -> None:
    panel = demand_panel(read_behaviour(filled), "category")
    assert panel.ids == ("(no category)", "Tents")
    assert panel.first == date(2026, 5, 1)
    assert panel.values.tolist() == [[2, 0, 0, 0], [2, 0, 2, 0]]


def test_the_shop_counts_orders_and_knows_nothing_later(filled: Store) -> None:
    panel = demand_panel(read_behaviour(filled), "shop", datetime(2026, 5, 3, tzinfo=UTC))
    assert (panel.ids, panel.unit) == (("shop",), "orders")
    assert panel.values.tolist() == [[1, 0]]


def test_a_shop_without_orders_says_so(store: Store) -> None:
    with pytest.raises(UserError, match="orders of two days"):
        demand_panel(read_behaviour(store), "category")


def test_by_what_is_named(filled: Store) -> None:
    with pytest.raises(UserError, match="shop, category, product"):
        demand_panel(read_behaviour(filled), "colour")
