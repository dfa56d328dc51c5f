"""The tables that everything is counted from: what is in them, and that time is cut cleanly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl

from core.customer import Customer, Event, Order, OrderLine
from core.shop import Product
from insight.behaviour.records import read_behaviour
from store.opening import Store

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def _fill(store: Store) -> None:
    store.shop.put_products([Product("TENT", name={"en": "Tent"}, category=("Outdoor", "Tents"), price=Decimal("90"))])
    store.customers.put([Customer("ann")])
    tent = OrderLine("TENT", "Tent", 2, Decimal("45.50"))
    store.orders.put(
        [
            Order("o1", "ann", (tent, OrderLine("PEG", "Peg")), "delivered", MAY, Decimal("95")),
            Order("o2", "ann", (tent,), " Cancelled", JULY),
            Order("o3", "ann", (), "delivered", JUNE, Decimal("5")),
            Order("o4", "ann", (tent,), "delivered"),
        ]
    )
    store.events.append([Event("ann", "view", MAY, "TENT"), Event("ann", "view", JULY, "TENT")])


def test_tables_hold_dated_lines_events_and_products(store: Store) -> None:
    _fill(store)
    behaviour = read_behaviour(store)
    lines = behaviour.lines.select("order_id", "product_id", "quantity", "price", "total").collect().rows()
    assert lines == [
        ("o1", "TENT", 2, 45.5, 95.0),
        ("o1", "PEG", 1, None, 95.0),
        ("o2", "TENT", 2, 45.5, None),
        ("o3", None, None, None, 5.0),
    ]
    assert behaviour.products.rows() == [("TENT", "Tents", None, 90.0)]
    assert behaviour.purchases().select(pl.col("order_id").unique().sort()).collect()["order_id"].to_list() == [
        "o1",
        "o3",
    ]


def test_nothing_after_the_moment_is_seen(store: Store) -> None:
    _fill(store)
    then = read_behaviour(store).until(JUNE)
    assert set(then.lines.collect()["order_id"]) == {"o1", "o3"}
    assert then.events.collect().height == 1
