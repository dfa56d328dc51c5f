"""Signs of life: what a customer's silence since the last order or visit amounts to, at their own pace.

The pace is shrunk to a mean one, as under a gamma prior on a Poisson rate, so that one quick return is no habit yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from insight.behaviour.browsing import ANSWERS
from insight.behaviour.purchases import age
from insight.behaviour.records import Behaviour

PRIOR_SIGNS, PRIOR_DAYS = 1.0, 60.0
"""what everyone is taken to have shown before anything was seen: one sign in sixty days"""
WORDS: Mapping[str, str] = {
    "signs": "days on which they ordered or visited",
    "quiet_days": "days since the last order or visit",
    "signs_pace": "orders and visits a month while they came",
    "signs_missed": "orders and visits expected in the silence since",
    "orders_missed": "orders expected since the last one",
    "signs_after_order": "visits after the last order",
    "silence_after_order": "visits missed since the last order, if none came",
    "opens_after_order": "messages opened a month since the last order",
    "opens_change": "messages opened a month since the last order, less before it",
}


def sign_features(behaviour: Behaviour, as_of: datetime) -> pl.DataFrame:
    """One row for each customer who ever ordered or visited: customer_id and the columns of `WORDS`.

    `behaviour` holds nothing later than `as_of`. Whoever ordered was there, whatever became of the order. What is said
    of a last order is null for those who have none.
    """
    ordered = behaviour.lines.select("customer_id", age=age(as_of), kind=pl.lit("order"))
    events = behaviour.events.select("customer_id", age=age(as_of), kind="kind")
    seen = pl.concat([ordered, events]).with_columns(answer=pl.col("kind").is_in(ANSWERS))
    last = ordered.group_by("customer_id").agg(ordered=pl.col("age").min())
    days, after = pl.col("age"), pl.col("age") < pl.col("ordered")
    sign, opened = ~pl.col("answer"), pl.col("kind") == "open"
    counted = (
        seen.join(last, on="customer_id", how="left")
        .group_by("customer_id")
        .agg(
            signs=days.filter(sign).floor().n_unique(),
            quiet=days.filter(sign).min(),
            first=days.filter(sign).max(),
            known=days.max(),
            ordered=pl.col("ordered").first(),
            orders=days.filter(pl.col("kind") == "order").n_unique(),
            after=days.filter(sign & after).floor().n_unique(),
            opens_after=(opened & after).sum(),
            opens_before=(opened & ~after).sum(),
        )
        .filter(pl.col("signs") > 0)
    )
    return counted.select("customer_id", **_told()).select("customer_id", *WORDS).collect()


def _told() -> dict[str, pl.Expr]:
    quiet, first, ordered = pl.col("quiet"), pl.col("first"), pl.col("ordered")
    pace = (pl.col("signs") + PRIOR_SIGNS) / (first - quiet + PRIOR_DAYS)
    orders_pace = (pl.col("orders") + PRIOR_SIGNS) / (first - quiet + 2 * PRIOR_DAYS)
    later = pl.col("opens_after") / (ordered + PRIOR_DAYS)
    earlier = pl.col("opens_before") / (pl.col("known") - ordered + PRIOR_DAYS)
    return {
        "signs": pl.col("signs").cast(pl.Float64),
        "quiet_days": quiet,
        "signs_pace": pace * 30,
        "signs_missed": pace * quiet,
        "orders_missed": orders_pace * ordered,
        "signs_after_order": pl.when(ordered.is_not_null()).then(pl.col("after")).cast(pl.Float64),
        "silence_after_order": pl.when(ordered.is_not_null()).then(
            pl.when(pl.col("after") == 0).then(pace * ordered).otherwise(0.0)
        ),
        "opens_after_order": later * 30,
        "opens_change": (later - earlier) * 30,
    }
