"""How much and how recently a customer bought: recency, frequency and money, over all time and in windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl

from insight.behaviour.orders import RETURNED, SCALE, VOID, state

WINDOWS: Final = (7, 30, 90, 180, 365)
"""days before the moment"""
HALF_YEAR = 182
WORDS: Mapping[str, str] = {
    "days_since_order": "days since the last order",
    "days_since_first_order": "days since the first order",
    "orders": "orders",
    "money": "money spent",
    "order_value": "money per order",
    "pieces": "pieces bought",
    **{f"orders_{days}d": f"orders in the last {days} days" for days in WINDOWS},
    **{f"money_{days}d": f"money spent in the last {days} days" for days in WINDOWS},
    "orders_trend": "orders of the last half year against the half year before (-1 to 1)",
    "returned_share": "share of orders returned or refunded",
    "void_share": "share of orders that came to nothing (cancelled, failed, returned)",
}


def age(as_of: datetime) -> pl.Expr:
    """Days, with fractions, from `at` to `as_of`."""
    return (pl.lit(as_of) - pl.col("at")).dt.total_microseconds() / 86_400_000_000


def purchase_features(orders: pl.LazyFrame, as_of: datetime) -> pl.LazyFrame:
    """One row a customer of `orders` (all of them, void ones too): the columns of `WORDS`.

    Days since an order, and money per order, are null for those who have none that counts.
    """
    aged = orders.with_columns(age=age(as_of), counts=~state(*VOID), money=pl.col("paid") / SCALE)
    counted, days = pl.col("counts"), pl.col("age")
    late = (counted & (days < HALF_YEAR)).sum()
    early = (counted & (days >= HALF_YEAR) & (days < 2 * HALF_YEAR)).sum()
    paid = pl.col("paid").filter(counted)
    summed = aged.group_by("customer_id").agg(
        days_since_order=days.filter(counted).min(),
        days_since_first_order=days.filter(counted).max(),
        orders=counted.sum(),
        money=paid.sum() / SCALE,
        pieces=pl.col("pieces").filter(counted).sum(),
        **{f"orders_{window}d": (counted & (days < window)).sum() for window in WINDOWS},
        **{f"money_{window}d": pl.col("paid").filter(counted & (days < window)).sum() / SCALE for window in WINDOWS},
        orders_trend=(late.cast(pl.Int64) - early.cast(pl.Int64)) / (late + early).clip(1),
        returned_share=state(*RETURNED).mean(),
        void_share=(~counted).mean(),
    )
    value = pl.when(pl.col("orders") > 0).then(pl.col("money") / pl.col("orders"))
    return summed.with_columns(order_value=value).select("customer_id", *WORDS)
