"""The demo shop's behaviour as tables, straight from its simulator: for evals that need many shops and no database."""

from __future__ import annotations

import polars as pl

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour, category_of
from insight.predicting.one_customer import tables_of
from shop.demo.catalogue import demo_products
from shop.demo.simulate import DemoShop


def behaviour_of(shop: DemoShop) -> Behaviour:
    """What `insight.behaviour.records.read_behaviour` would read, had the shop been loaded."""
    products = [(one.id, category_of(one), one.brand, one.price and float(one.price)) for one in demo_products()]
    return tables_of(shop.orders, shop.events, pl.DataFrame(products, schema=PRODUCT_SCHEMA, orient="row"))
