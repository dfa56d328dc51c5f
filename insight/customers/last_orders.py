"""How many orders a customer has, what they paid, and what they bought last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import polars as pl

from insight.behaviour.orders import SCALE, orders_of


@dataclass(frozen=True, slots=True)
class Bought:
    """One customer's orders that count, undated ones too."""

    orders: int
    spent: Decimal
    """exact, where no order's total has more than four decimals"""
    last: datetime | None
    """None where no order has a date"""
    product_id: str | None
    product_name: str | None
    """of the last order's dearest piece: that is what they remember having bought, not the batteries beside it"""


def bought_by(bought: pl.LazyFrame) -> Mapping[str, Bought]:
    """By customer id, from the lines of orders that count."""
    orders = orders_of(bought).collect(engine="streaming")
    sums = orders.group_by("customer_id").agg(orders=pl.len(), paid=pl.col("paid").sum(), last=pl.col("at").max())
    newest = orders.sort("at", "order_id", nulls_last=False).unique("customer_id", keep="last", maintain_order=True)
    dearest = _dearest(bought, newest.select("order_id"))
    whole = sums.join(newest.select("customer_id", "order_id"), on="customer_id").join(
        dearest, on="order_id", how="left"
    )
    columns = whole.select("customer_id", "orders", "paid", "last", "product_id", "name")
    return {
        customer: Bought(count, _money(paid), last, product, name)
        for customer, count, paid, last, product, name in columns.iter_rows()
    }


def _money(paid: int) -> Decimal:
    """Ten-thousandths as an amount, with cents written out where there is nothing smaller."""
    amount = Decimal(paid) / SCALE
    return amount.quantize(Decimal("0.01")) if paid % (SCALE // 100) == 0 else amount


def _dearest(bought: pl.LazyFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """order_id, product_id, name: of each of `orders` the dearest line, of equal ones the first."""
    lines = bought.with_row_index("row").join(orders.lazy(), on="order_id", how="semi")
    ranked = lines.select("order_id", "product_id", "name", "row", price=pl.col("price").fill_null(0))
    ranked = ranked.sort("order_id", "price", "row", descending=[False, True, False])
    return ranked.unique("order_id", keep="first", maintain_order=True).collect().drop("price", "row")
