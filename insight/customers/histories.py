"""A customer's purchases in five numbers, as they stood at one moment. Knows orders only, not what to call anyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from insight.behaviour.orders import SCALE, VOID, orders_of, state
from insight.behaviour.prices import discount_shares
from insight.behaviour.purchases import age


@dataclass(frozen=True, slots=True)
class History:
    """What one customer bought up to a moment."""

    days_since_order: float
    days_as_customer: float
    """since the first order"""
    orders: int
    spent: float
    """in the shop's currency"""
    discounted: float
    """share of the money that went on things sold below their usual price, 0..1"""

    @property
    def order_value(self) -> float:
        """mean money per order"""
        return self.spent / self.orders


def histories(lines: pl.LazyFrame, as_of: datetime) -> dict[str, History]:
    """Customer id -> history, from the dated orders placed at or before `as_of` that count.

    `lines` as `store.orders.lines()` gives them, in any order.
    """
    moment = as_of.astimezone(UTC)
    bought = lines.filter(pl.col("at") <= moment, ~state(*VOID))
    orders = orders_of(bought).with_columns(age=age(moment)).group_by("customer_id")
    counted = orders.agg(
        recent=pl.col("age").min(), first=pl.col("age").max(), orders=pl.len(), spent=pl.col("paid").sum() / SCALE
    )
    found, discounts = pl.collect_all([counted, discount_shares(bought)], engine="streaming")
    whole = found.join(discounts, on="customer_id", how="left").sort("customer_id")
    columns = whole.select("customer_id", "recent", "first", "orders", "spent", "discount_share")
    return {customer: History(*numbers) for customer, *numbers in columns.iter_rows()}
