"""A shop's records as a recommender learns from them: orders are takings, views and carts are looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from core.shop import Product
from insight.behaviour.records import category_of, read_behaviour
from insight.customers.tastes import INTEREST
from insight.recommending.records import GROUP_SCHEMA, ITEM_SCHEMA, TAKEN, Records

if TYPE_CHECKING:
    from insight.behaviour.records import Behaviour
    from store.opening import Store

SMALLEST_GROUP = 20
"""people of one kind, below which their kind is no kind: a telling of few would be a telling of each"""


def shop_records(store: Store) -> Records:
    """Of all that `store` remembers. Cut it with `until` to look back."""
    products = store.shop.products()
    return Records(
        interactions=_interactions(read_behaviour(store)),
        items=pl.DataFrame([_item(product) for product in products], schema=ITEM_SCHEMA, orient="row"),
        groups=_groups(store),
    )


def _interactions(behaviour: Behaviour) -> pl.DataFrame:
    bought = behaviour.purchases().select(user="customer_id", item="product_id", at="at", weight=pl.lit(TAKEN))
    weight = pl.col("kind").replace_strict(list(INTEREST), list(INTEREST.values()), return_dtype=pl.Float64)
    looked = behaviour.events.filter(pl.col("kind").is_in(list(INTEREST))).select(
        user="customer_id", item="product_id", at="at", weight=weight
    )
    return pl.concat([bought, looked]).filter(pl.col("item").is_not_null()).collect()


def _item(product: Product) -> tuple[str, str | None, str, list[str]]:
    text = f"{product.named('en')}. {product.described('en')}".strip()
    attributes = [f"{name}={value}" for name, value in product.attributes_in("en").items()]
    return product.id, category_of(product), text, attributes + ([f"brand={product.brand}"] if product.brand else [])


def _groups(store: Store) -> pl.DataFrame:
    """Language and attributes, where enough people share them."""
    rows = [
        (customer.id, f"{name}={value}")
        for customer in store.customers.all()
        for name, value in {"language": customer.language, **customer.attributes}.items()
    ]
    table = pl.DataFrame(rows, schema=GROUP_SCHEMA, orient="row")
    return table.filter(pl.len().over("group") >= SMALLEST_GROUP)
