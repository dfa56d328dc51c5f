"""Euros are not added to dollars, neither in a profile nor in the table of orders."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from core.customer import Customer, Order, OrderLine
from core.settings import Settings
from core.shop import Brand
from insight.customers.profiles import build_profiles
from store.opening import open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_foreign_money_is_no_part_of_a_sum_and_its_order_still_counts(home: Settings) -> None:
    store = open_store(home)
    store.shop.set_brand(Brand("Fellway", currency="USD"))
    store.customers.put([Customer("c1")])
    line = OrderLine("T", "Tent", 1, Decimal("50.00"))
    currencies = {"o1": None, "o2": "USD", "o3": "EUR"}
    store.orders.put(
        [
            Order(one, "c1", (line,), placed=NOON, total=Decimal("50.00"), currency=said)
            for one, said in currencies.items()
        ]
    )
    [profile] = build_profiles(store, None)
    assert (profile.order_count, profile.total_spent) == (3, Decimal("100.00"))
    assert store.orders.lines()["total"].to_list() == [50.0, 50.0, None]
    assert store.orders.lines()["price"].to_list() == [50.0, 50.0, None]
    store.close()
