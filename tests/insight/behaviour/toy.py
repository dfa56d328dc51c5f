"""Behaviour written down by hand, a few tuples a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from store.order_table import SCHEMA as LINE_SCHEMA

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EVENT_SCHEMA: dict[str, Any] = {
    "customer_id": pl.String,
    "kind": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "product_id": pl.String,
    "value": pl.Float64,
    "channel": pl.String,
}
PRODUCTS = [
    ("tent", "tents", "Fen", 20.0),
    ("tarp", "tents", "Moor", 20.0),
    ("mug", "kitchen", None, 5.0),
    ("rope", "climbing", "Fen", 30.0),
]


def line(order: str, customer: str, days: float, product: str, price: float | None, **more: Any) -> dict[str, Any]:
    """A line of an order placed `days` before NOW: one piece, delivered, without a total, unless said otherwise."""
    at = NOW - timedelta(days=days)
    row = {"order_id": order, "customer_id": customer, "at": at, "product_id": product, "price": price}
    return {"quantity": 1, "status": "delivered", "total": None, **row, **more}


def event(customer: str, kind: str, days: float, product: str | None = None, channel: str = "web") -> dict[str, Any]:
    at = NOW - timedelta(days=days)
    return {"customer_id": customer, "kind": kind, "at": at, "product_id": product, "value": None, "channel": channel}


def behaviour(lines: Sequence[dict[str, Any]] = (), events: Sequence[dict[str, Any]] = ()) -> Behaviour:
    return Behaviour(
        lines=pl.LazyFrame(list(lines), schema=LINE_SCHEMA),
        events=pl.LazyFrame(list(events), schema=EVENT_SCHEMA),
        products=pl.DataFrame(PRODUCTS, schema=PRODUCT_SCHEMA, orient="row"),
    )
