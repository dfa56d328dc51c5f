"""Orders at hand as the table that everything is counted from, for shops that lie in no store: tests, other sources."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from core.customer import Order, OrderLine
from store.order_table import SCHEMA

_NOTHING = (OrderLine("", ""),)


def lines_of(orders: Iterable[Order]) -> pl.DataFrame:
    """The table that `store.orders.lines()` gives, of these orders; one without lines has one row without a product."""
    rows = [
        (
            order.id,
            order.customer_id,
            order.placed,
            order.status,
            None if order.total is None else float(order.total),
            line.product_id or None,
            line.quantity if line.product_id else None,
            None if line.price is None else float(line.price),
            line.variant_id,
            line.name or None,
        )
        for order in orders
        for line in order.lines or _NOTHING
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
