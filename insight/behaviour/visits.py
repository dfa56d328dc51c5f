"""Events as visits: what follows within half an hour belongs together. Opens and clicks on mails are no visits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from insight.behaviour.browsing import ANSWERS
from insight.behaviour.purchases import age

PAUSE = timedelta(minutes=30)
"""of silence ends a visit, as web analytics count them"""
WORDS: Mapping[str, str] = {
    "visits": "visits to the shop",
    "visits_30d": "visits in the last 30 days",
    "visits_90d": "visits in the last 90 days",
    "visit_events": "things done in a visit, on average",
    "days_since_visit": "days since the last visit",
}


def visit_features(events: pl.LazyFrame, as_of: datetime) -> pl.LazyFrame:
    """One row a customer who visited: the columns of `WORDS`."""
    seen = (
        events.filter(~pl.col("kind").is_in(ANSWERS))
        .select("customer_id", "at")
        .sort("customer_id", "at")
        .with_columns(
            begins=(pl.col("at") - pl.col("at").shift(1) > PAUSE).fill_null(True)
            | (pl.col("customer_id") != pl.col("customer_id").shift(1)),
            age=age(as_of),
        )
    )
    begun, days = pl.col("begins"), pl.col("age")
    return (
        seen.group_by("customer_id")
        .agg(
            visits=begun.sum(),
            visits_30d=(begun & (days < 30)).sum(),
            visits_90d=(begun & (days < 90)).sum(),
            visit_events=pl.len() / begun.sum(),
            days_since_visit=days.min(),
        )
        .select("customer_id", *WORDS)
    )
