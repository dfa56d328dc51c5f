"""The demo shop's behaviour as tables, straight from its simulator: for evals that need many shops and no database."""

from __future__ import annotations

import polars as pl

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from shop.demo.catalogue import demo_products
from shop.demo.simulate import DemoShop
from store.order_table import SCHEMA

EVENTS = {
    "customer_id": pl.String,
    "kind": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "product_id": pl.String,
    "value": pl.Float64,
    "channel": pl.String,
}


def behaviour_of(shop: DemoShop) -> Behaviour:
    """What `insight.behaviour.records.read_behaviour` would read, had the shop been loaded."""
    lines = [
        (o.id, o.customer_id, o.placed, o.status, o.total and float(o.total), one.product_id, one.quantity, one.price)
        for o in shop.orders
        for one in o.lines
    ]
    events = [(one.customer_id, one.kind, one.at, one.product_id, one.value, one.channel) for one in shop.events]
    products = [(one.id, one.category[-1], one.brand, one.price and float(one.price)) for one in demo_products()]
    rows = [(*row[:-1], None if row[-1] is None else float(row[-1])) for row in lines]
    return Behaviour(
        lines=pl.DataFrame(rows, schema=SCHEMA, orient="row").lazy(),
        events=pl.DataFrame(events, schema=EVENTS, orient="row").lazy(),
        products=pl.DataFrame(products, schema=PRODUCT_SCHEMA, orient="row"),
    )
