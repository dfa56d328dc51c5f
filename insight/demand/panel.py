"""Demand as daily series: one row a series, one column a day, days without a sale as zeros.

Days are UTC. The day of `as_of` is not over and is left out. Knows tables and dates, nothing of forecasting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.errors import UserError
from insight.behaviour.records import Behaviour

BYS = ("shop", "category", "product")
NO_CATEGORY = "(no category)"
WEEK = 7

Days = NDArray[np.float64]
"""shape (series, days)"""


@dataclass(frozen=True, slots=True)
class DemandPanel:
    """Several series over the same days."""

    ids: tuple[str, ...]
    first: date
    values: Days
    """what was bought a day, in `unit`; 0 where nothing was"""
    unit: str
    """`pieces` or `orders`"""
    country: str = ""
    """ISO 3166 code of the country whose holidays are kept; empty: none are known of"""

    @property
    def days(self) -> int:
        return int(self.values.shape[1])

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    def dates(self, ahead: int = 0) -> list[date]:
        """The days of the table, and `ahead` of those that follow it."""
        return [self.first + timedelta(days=day) for day in range(self.days + ahead)]

    def until(self, days: int) -> DemandPanel:
        """The first `days` days alone, as the shop knew them then."""
        return replace(self, values=self.values[:, :days])

    def only(self, wanted: NDArray[np.bool_]) -> DemandPanel:
        """The series for which `wanted`, of shape (series,), is true."""
        ids = tuple(series for series, take in zip(self.ids, wanted, strict=True) if take)
        return replace(self, ids=ids, values=self.values[wanted])

    def best_selling(self, most: int) -> DemandPanel:
        """The `most` series with the largest sums, in the order that they have here."""
        places = np.argsort(-self.values.sum(axis=1), kind="stable")[:most]
        return self.only(np.isin(np.arange(len(self.ids)), places))


def demand_panel(behaviour: Behaviour, by: str, as_of: datetime | None = None, country: str = "") -> DemandPanel:
    """Pieces a day by category or product, or orders a day of the whole shop, from the first order to the day before
    `as_of` (aware). By default that is the newest order's moment: an export of last month is not a month without sales.

    Raises `UserError` for an unknown `by` (one of `BYS`) and for a shop without orders of two days.
    """
    if by not in BYS:
        raise UserError("--by", by, "one of " + ", ".join(BYS))
    today = _day_of(behaviour, as_of)
    bought = behaviour.purchases().with_columns(day=pl.col("at").dt.date())
    rows = _counted(bought.filter(pl.col("day") < today), behaviour.products, by).collect()
    if rows.is_empty():
        raise _no_orders()
    first: date = rows.get_column("day").min()  # type: ignore[assignment]
    ids = sorted(rows.get_column("series").unique())
    values = np.zeros((len(ids), (today - first).days))
    row_of = {series: row for row, series in enumerate(ids)}
    for series, day, amount in rows.iter_rows():
        values[row_of[series], (day - first).days] = amount
    return DemandPanel(tuple(ids), first, values, "orders" if by == "shop" else "pieces", country)


def _day_of(behaviour: Behaviour, as_of: datetime | None) -> date:
    moment = as_of or behaviour.purchases().select(pl.col("at").max()).collect().item()
    if moment is None:
        raise _no_orders()
    day: date = moment.astimezone(UTC).date()
    return day


def _no_orders() -> UserError:
    return UserError("orders", "none", "orders of two days at least", "load them: hawker shop load SOURCE")


def _counted(bought: pl.LazyFrame, products: pl.DataFrame, by: str) -> pl.LazyFrame:
    """series, day, amount."""
    if by == "shop":
        return bought.group_by(series=pl.lit("shop"), day=pl.col("day")).agg(pl.col("order_id").n_unique())
    lines = bought.filter(pl.col("product_id").is_not_null())
    if by == "category":
        lines = lines.join(products.lazy().select("product_id", "category"), on="product_id", how="left")
        series = pl.col("category").fill_null(NO_CATEGORY)
    else:
        series = pl.col("product_id")
    return lines.group_by(series=series, day=pl.col("day")).agg(pl.col("quantity").cast(pl.Float64).sum())
