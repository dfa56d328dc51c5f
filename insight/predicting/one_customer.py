"""One customer's behaviour as tables, with what they did a moment ago and nobody has stored yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from core.customer import Event, Order
from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour, category_of

if TYPE_CHECKING:
    from store.opening import Store

MOMENT = pl.Datetime("us", "UTC")
LINES: dict[str, Any] = {
    "order_id": pl.String,
    "customer_id": pl.String,
    "at": MOMENT,
    "status": pl.String,
    "total": pl.Float64,
    "product_id": pl.String,
    "quantity": pl.Int64,
    "price": pl.Float64,
}
EVENTS: dict[str, Any] = {
    "customer_id": pl.String,
    "kind": pl.String,
    "at": MOMENT,
    "product_id": pl.String,
    "value": pl.Float64,
    "channel": pl.String,
}


def read_products(store: Store) -> pl.DataFrame:
    """The catalogue as `Behaviour` has it."""
    products = [
        (one.id, category_of(one), one.brand, None if one.price is None else float(one.price))
        for one in store.shop.products()
    ]
    return pl.DataFrame(products, schema=PRODUCT_SCHEMA, orient="row")


def behaviour_of(store: Store, customer_id: str, products: pl.DataFrame, fresh: Sequence[Event] = ()) -> Behaviour:
    """What `read_behaviour` would tell of this customer alone, and `fresh` events besides; stored ones count once."""
    return tables_of(store.orders.of(customer_id), [*store.events.of(customer_id), *fresh], products)


def tables_of(orders: Sequence[Order], events: Sequence[Event], products: pl.DataFrame) -> Behaviour:
    """`orders` without a date are left out; an event told twice counts once."""
    lines = [line for order in orders if order.placed is not None for line in _lines(order)]
    rows = [(one.customer_id, one.kind, one.at, one.product_id, one.value, one.channel) for one in events]
    return Behaviour(
        lines=pl.DataFrame(lines, schema=LINES, orient="row").lazy(),
        events=pl.DataFrame(list(dict.fromkeys(rows)), schema=EVENTS, orient="row").lazy(),
        products=products,
    )


def _lines(order: Order) -> list[tuple[Any, ...]]:
    about = (order.id, order.customer_id, order.placed, order.status, _number(order.total))
    told = [(*about, line.product_id, line.quantity, _number(line.price)) for line in order.lines]
    return told or [(*about, None, None, None)]


def _number(money: object) -> float | None:
    return None if money is None else float(str(money))
