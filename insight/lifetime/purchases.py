"""Each customer's purchases as the few numbers that the lifetime models need. Counted over tables, never one by one.

Orders of one day are one purchase: who orders twice in an hour forgot something, and the models know no such thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.behaviour.records import Behaviour

Floats = NDArray[np.float64]
WEEK = 7.0
"""days in the unit of time that the models are fitted in, which is that of the papers"""


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseSummary:
    """What is sufficient for the models, an entry a customer with a purchase; all arrays are (customers,)."""

    customers: NDArray[np.str_]
    frequency: Floats
    """purchases after the first"""
    recency: Floats
    """weeks from the first purchase to the last"""
    age: Floats
    """weeks from the first purchase to the moment of the count"""
    valued: Floats
    """purchases whose value is known and above 0, the first among them"""
    mean_value: Floats
    """of these, in the shop's currency; 0 where there are none"""

    def __len__(self) -> int:
        return len(self.frequency)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> PurchaseSummary:
        """The customers at `rows`, in that order."""
        return PurchaseSummary(
            self.customers[rows],
            self.frequency[rows],
            self.recency[rows],
            self.age[rows],
            self.valued[rows],
            self.mean_value[rows],
        )


def purchases_of(behaviour: Behaviour) -> pl.LazyFrame:
    """customer_id, day, value: a row for each day on which a customer bought something and kept it.

    An order is worth its total, or its priced lines where it states none.
    """
    orders = (
        behaviour.purchases()
        .group_by("order_id", maintain_order=True)
        .agg(
            pl.col("customer_id").first(),
            pl.col("at").first().dt.date().alias("day"),
            pl.col("total").first(),
            (pl.col("price") * pl.col("quantity")).sum().alias("lines"),
        )
        .with_columns(value=pl.coalesce("total", "lines"))
    )
    # In one order, so that sums and what is fitted to them agree to the last digit between runs.
    return orders.sort("order_id").group_by("customer_id", "day", maintain_order=True).agg(pl.col("value").sum())


def summarise(purchases: pl.LazyFrame, as_of: date | datetime) -> PurchaseSummary:
    """`purchases` (customer_id, day, value; a row a day) up to and including the day of `as_of`, in customers' order.

    >>> days = {"customer_id": ["a", "a"], "day": [date(2026, 1, 1), date(2026, 1, 15)], "value": [10.0, 20.0]}
    >>> found = summarise(pl.LazyFrame(days), date(2026, 1, 29))
    >>> found.frequency[0], found.recency[0], found.age[0], found.mean_value[0]
    (np.float64(1.0), np.float64(2.0), np.float64(4.0), np.float64(15.0))
    """
    today = as_of.date() if isinstance(as_of, datetime) else as_of
    worth = pl.col("value").filter(pl.col("value") > 0)
    rows = (
        purchases.filter(pl.col("day") <= today)
        .sort("customer_id", "day")
        .group_by("customer_id", maintain_order=True)
        .agg(
            (pl.len() - 1).cast(pl.Float64).alias("frequency"),
            ((pl.col("day").max() - pl.col("day").min()).dt.total_days() / WEEK).alias("recency"),
            ((pl.lit(today) - pl.col("day").min()).dt.total_days() / WEEK).alias("age"),
            worth.len().cast(pl.Float64).alias("valued"),
            worth.mean().fill_null(0.0).alias("mean_value"),
        )
        .collect()
    )
    return PurchaseSummary(
        rows["customer_id"].to_numpy().astype(np.str_),
        *(rows[name].to_numpy() for name in ("frequency", "recency", "age", "valued", "mean_value")),
    )
