"""The demo shop's doings as insight's tables, straight from the simulator: many seeds without a database each."""

from __future__ import annotations

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from shop.demo.catalogue import demo_products, home_category
from shop.demo.simulate import DemoShop

TIME = pl.Datetime("us", "UTC")
LINES: dict[str, DataType | DataTypeClass] = {
    "order_id": pl.String,
    "customer_id": pl.String,
    "at": TIME,
    "status": pl.String,
    "total": pl.Float64,
    "product_id": pl.String,
    "quantity": pl.Int64,
    "price": pl.Float64,
}
EVENTS: dict[str, DataType | DataTypeClass] = {
    "customer_id": pl.String,
    "kind": pl.String,
    "at": TIME,
    "product_id": pl.String,
    "value": pl.Float64,
    "channel": pl.String,
}


def demo_behaviour(shop: DemoShop) -> Behaviour:
    """What `read_behaviour` would give of a store that holds `shop`."""
    lines = [
        (
            *(order.id, order.customer_id, order.placed, order.status, float(order.total or 0)),
            *(line.product_id, line.quantity, float(line.price or 0)),
        )
        for order in shop.orders
        for line in order.lines
    ]
    events = [(one.customer_id, one.kind, one.at, one.product_id, one.value, one.channel) for one in shop.events]
    products = [(one.id, home_category(one), one.brand, float(one.price or 0)) for one in demo_products()]
    return Behaviour(
        lines=pl.DataFrame(lines, schema=LINES, orient="row").lazy(),
        events=pl.DataFrame(events, schema=EVENTS, orient="row").lazy(),
        products=pl.DataFrame(products, schema=PRODUCT_SCHEMA, orient="row"),
    )
