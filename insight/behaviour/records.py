"""What customers of a shop did up to a moment, as tables. Whoever counts over the whole shop starts here.

Point in time correct by construction: `until` is the one place where time is cut, and who works on what it returns
cannot see what came later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from core.shop import Product
from insight.behaviour.orders import VOID, state

if TYPE_CHECKING:
    from store.opening import Store

PRODUCT_SCHEMA = {"product_id": pl.String, "category": pl.String, "brand": pl.String, "list_price": pl.Float64}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Times are UTC, in microseconds; money is Float64 in the shop's currency."""

    lines: pl.LazyFrame
    """order_id, customer_id, at, status, total, product_id, quantity, price: a row for each line of a dated order;
    from a store also variant_id and name"""
    events: pl.LazyFrame
    """customer_id, kind, at, product_id, value, channel"""
    products: pl.DataFrame
    """product_id, category (the narrowest), brand, list_price"""

    def until(self, moment: datetime) -> Behaviour:
        """What was known at `moment` (aware): nothing after it is in the tables. The catalogue stays today's."""
        passed = pl.col("at") <= moment.astimezone(UTC)
        return replace(self, lines=self.lines.filter(passed), events=self.events.filter(passed))

    def purchases(self) -> pl.LazyFrame:
        """The lines that were bought in the end: not cancelled, returned or refunded."""
        return self.lines.filter(~state(*VOID))


def category_of(product: Product) -> str | None:
    """The narrowest category, which says most of a customer."""
    return product.category[-1] if product.category else None


def read_behaviour(store: Store, undated: bool = False) -> Behaviour:
    """All that `store` remembers of its customers' doings; undated orders are left out, for they may be of any day,
    unless they are asked for."""
    products = [
        (product.id, category_of(product), product.brand, None if product.price is None else float(product.price))
        for product in store.shop.products()
    ]
    return Behaviour(
        lines=store.orders.lines().lazy().filter(pl.lit(undated) | pl.col("at").is_not_null()),
        events=store.events.scan(),
        products=pl.DataFrame(products, schema=PRODUCT_SCHEMA, orient="row"),
    )
