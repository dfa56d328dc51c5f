"""The model tried on time that it has not seen: learnt from the shop's earlier days, judged by its later ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.lifetime.purchases import WEEK, PurchaseSummary

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """One way to foretell, over all customers who were known."""

    name: str
    total: float
    """orders, or money, foretold"""
    absolute_error: float
    """mean over customers"""
    squared_error: float
    """root of the mean over customers"""


@dataclass(frozen=True, slots=True)
class Backtest:
    """`forecasts` has ours first, then the baselines: each customer's own mean rate, and the shop's."""

    learnt_until: date
    end: date
    customers: int
    orders: int
    """that those customers placed in between"""
    forecasts: tuple[Forecast, ...]

    @property
    def off_by(self) -> float:
        """our total over the actual one, less 1"""
        return self.forecasts[0].total / max(self.orders, 1) - 1


def judge(name: str, foretold: Floats, actual: Floats) -> Forecast:
    """`foretold` and `actual` are (customers,)."""
    off = foretold - actual
    return Forecast(name, float(foretold.sum()), float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))


def orders_between(purchases: pl.LazyFrame, customers: NDArray[np.str_], after: date, end: date) -> Floats:
    """(customers,) purchases of each after `after`, until `end` (included). `purchases` has a row a day of buying."""
    return _sums(purchases, customers, after, end, pl.len().cast(pl.Float64))


def money_between(purchases: pl.LazyFrame, customers: NDArray[np.str_], after: date, end: date) -> Floats:
    """(customers,) money that each spent after `after`, until `end` (included)."""
    return _sums(purchases, customers, after, end, pl.col("value").sum())


def own_rate(bought: PurchaseSummary, days: float) -> Floats:
    """(customers,) the plain baseline: everyone goes on at the mean rate they have had, dead or alive."""
    return np.asarray(bought.frequency / np.maximum(bought.age, 1.0) * days / WEEK, np.float64)


def shop_rate(bought: PurchaseSummary, days: float) -> Floats:
    """(customers,) the same number for everyone: the shop's mean rate a customer and week."""
    rate = bought.frequency.sum() / max(float(bought.age.sum()), 1.0)
    return np.full(len(bought), rate * days / WEEK)


def _sums(purchases: pl.LazyFrame, customers: NDArray[np.str_], after: date, end: date, what: pl.Expr) -> Floats:
    later = (
        purchases.filter((pl.col("day") > after) & (pl.col("day") <= end))
        .group_by("customer_id")
        .agg(what.alias("sum"))
        .collect()
    )
    asked = pl.DataFrame({"customer_id": customers.tolist()}, schema={"customer_id": pl.String})
    found = asked.join(later, on="customer_id", how="left", maintain_order="left")
    return np.asarray(found["sum"].fill_null(0.0).to_numpy(), np.float64)
