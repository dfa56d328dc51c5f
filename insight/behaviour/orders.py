"""Lines as orders: one row an order with what was paid, exact to a ten-thousandth of the currency.

Money comes as Float64. Sums of floats depend on their order, so amounts are counted in whole ten-thousandths here and
two runs, or two ways of cutting the same data, agree to the last digit.
"""

from __future__ import annotations

import polars as pl

SCALE = 10_000
"""parts of one unit of the currency"""
VOID = frozenset({"cancelled", "canceled", "refunded", "returned", "failed"})
"""order states in which nothing was bought in the end"""
RETURNED = frozenset({"refunded", "returned"})


def state(*names: str) -> pl.Expr:
    """Whether an order's `status` is one of `names`, however it is spaced and cased."""
    return pl.col("status").str.strip_chars().str.to_lowercase().is_in(list(names))


def parts(column: str) -> pl.Expr:
    """An amount of money in whole ten-thousandths; null where it is null or too large for 64 bits."""
    return (pl.col(column) * SCALE).round().cast(pl.Int64, strict=False)


def orders_of(lines: pl.LazyFrame) -> pl.LazyFrame:
    """One row an order, in no particular order.

    Columns: order_id, customer_id, at, status, paid (ten-thousandths: the order's total, or else the sum of its priced
    lines), listed (the sum of its priced lines), pieces.
    """
    worth = pl.col("quantity") * parts("price")
    summed = lines.group_by("order_id").agg(
        pl.col("customer_id", "at", "status").first(),
        total=parts("total").first(),
        listed=worth.sum(),
        pieces=pl.col("quantity").sum(),
    )
    return summed.with_columns(paid=pl.coalesce("total", "listed")).drop("total")
