"""How regularly a customer orders: the gaps between orders, and how the silence since the last compares with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from insight.behaviour.orders import VOID, state
from insight.behaviour.purchases import age

WORDS: Mapping[str, str] = {
    "gap_mean": "days between two orders, on average",
    "gap_variance": "variance of the days between two orders",
    "gap_last": "days between the last two orders",
    "gap_last_ratio": "the last gap between orders against the average one",
    "silence_ratio": "days since the last order against the average gap",
}


def rhythm_features(orders: pl.LazyFrame, as_of: datetime) -> pl.LazyFrame:
    """One row a customer with two counted orders or more: the columns of `WORDS`.

    The variance is null for a single gap; ratios are null where the average gap is zero.
    """
    since = age(as_of)
    gaps = (
        orders.filter(~state(*VOID))
        .select("customer_id", since=since)
        .sort("customer_id", "since", descending=[False, True])
        .with_columns(gap=pl.col("since").shift(1).over("customer_id") - pl.col("since"))
        .group_by("customer_id", maintain_order=True)
        .agg(
            gap_mean=pl.col("gap").mean(),
            gap_variance=pl.col("gap").var(),
            gap_last=pl.col("gap").last(),
            silence=pl.col("since").last(),
        )
        .filter(pl.col("gap_mean").is_not_null())
    )
    mean = pl.when(pl.col("gap_mean") > 0).then(pl.col("gap_mean"))
    ratios = gaps.with_columns(gap_last_ratio=pl.col("gap_last") / mean, silence_ratio=pl.col("silence") / mean)
    return ratios.select("customer_id", *WORDS)
