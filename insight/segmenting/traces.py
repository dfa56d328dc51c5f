"""What customers showed interest in, counted by product: the ground on which they are grouped.

Tastes, not money: RFM already says who buys much and lately (`insight.customers.rfm`), clusters say who they are. A
trace is one look, cart or piece bought. Knows tables, not how customers are grouped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.behaviour.prices import PIECES
from insight.behaviour.records import Behaviour
from insight.customers.tastes import INTEREST

WIDEST = 300
"""columns at most; what is touched less often counts for its category"""
TOUCHED_BY = 0.01
"""share of the customers who must have touched a product that stands for itself"""
PRODUCT, CATEGORY = "product:", "category:"


@dataclass(frozen=True, slots=True)
class Traces:
    """Counts of traces, a row for each customer who left any."""

    customers: tuple[str, ...]
    """sorted"""
    columns: tuple[str, ...]
    """`product:ID`, or `category:NAME` for what stands not for itself"""
    counts: NDArray[np.float64]
    """(customers, columns)"""

    def shares(self) -> NDArray[np.float64]:
        """(customers, columns): square roots of each customer's shares; rows have length 1.

        The Euclidean distance of two rows is then the Hellinger distance of two tastes, in which a rare thing that one
        of them likes weighs more than in plain shares (Rao 1995, Qüestiió 19).
        """
        totals = np.maximum(self.counts.sum(axis=1, keepdims=True), 1e-12)
        return np.asarray(np.sqrt(self.counts / totals))

    def rows(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Traces:
        """Only these customers."""
        kept = np.arange(len(self.customers))[which]
        return Traces(tuple(self.customers[row] for row in kept), self.columns, self.counts[kept])

    def known(self, at_least: int) -> Traces:
        """Only customers with that many traces."""
        return self.rows(self.counts.sum(axis=1) >= at_least)


def read_traces(behaviour: Behaviour, columns: Sequence[str] | None = None) -> Traces:
    """Count `behaviour`'s traces by `columns`; by columns that fit this behaviour where none are given.

    A product without a column of its own counts for its category's, and where that has none, not at all.
    """
    touched = _touched(behaviour).join(behaviour.products.select("product_id", "category"), on="product_id", how="left")
    wanted = tuple(columns) if columns is not None else _columns(touched)
    own, rest = pl.concat_str(pl.lit(PRODUCT), "product_id"), pl.concat_str(pl.lit(CATEGORY), "category")
    named = pl.when(own.is_in(wanted)).then(own).when(rest.is_in(wanted)).then(rest)
    counted = touched.with_columns(column=named).filter(pl.col("column").is_not_null())
    customers = tuple(counted["customer_id"].unique().sort())
    counts = np.zeros((len(customers), len(wanted)))
    row = {customer: number for number, customer in enumerate(customers)}
    place = {column: number for number, column in enumerate(wanted)}
    for customer, column, weight in counted.select("customer_id", "column", "traces").iter_rows():
        counts[row[customer], place[column]] += weight
    return Traces(customers, wanted, counts)


def _touched(behaviour: Behaviour) -> pl.DataFrame:
    """customer_id, product_id, traces"""
    bought = behaviour.purchases().select("customer_id", "product_id", traces=pl.col("quantity").clip(0, PIECES))
    seen = behaviour.events.filter(pl.col("kind").is_in(list(INTEREST))).select(
        "customer_id", "product_id", traces=pl.lit(1, pl.Int64)
    )
    both = pl.concat([bought, seen]).filter(pl.col("product_id").is_not_null())
    return both.group_by("customer_id", "product_id").agg(pl.col("traces").sum().cast(pl.Float64)).collect()


def _columns(touched: pl.DataFrame) -> tuple[str, ...]:
    """Products that enough customers touched, and the categories of the others."""
    needed = TOUCHED_BY * touched["customer_id"].n_unique()
    reach = touched.group_by("product_id", "category").agg(pl.col("customer_id").n_unique().alias("customers"))
    ranked = reach.sort(["customers", "product_id"], descending=[True, False])
    own = ranked.filter(pl.col("customers") >= needed).head(WIDEST)
    others = ranked.join(own.select("product_id"), on="product_id", how="anti").drop_nulls("category")
    names = [PRODUCT + product for product in own["product_id"].sort()]
    return (*names, *(CATEGORY + category for category in others["category"].unique().sort()))
