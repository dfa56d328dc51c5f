"""What a customer does besides ordering: events by kind in windows, answers by channel, visits, days and hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl

from insight.behaviour.purchases import age

KINDS: Mapping[str, tuple[str, str]] = {
    "view": ("views", "products looked at"),
    "search": ("searches", "searches"),
    "wishlist": ("wishes", "wishes noted"),
    "cart": ("carts", "times put into the cart"),
    "open": ("opens", "messages opened"),
    "click": ("clicks", "links clicked"),
}
"""kind of event -> its column, and its words"""
ANSWERS: Final = ("open", "click")
ANSWER_CHANNELS: Final = ("email", "sms", "push")
WINDOWS: Final = (7, 30, 90, 365)
DAYPARTS: Mapping[str, tuple[int, int]] = {
    "night": (0, 6),
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
}
"""name -> first hour and the hour behind the last, UTC"""
WORDS: Mapping[str, str] = {
    "events": "events noticed",
    "days_since_event": "days since the last event",
    **dict(KINDS.values()),
    **{f"{name}_{days}d": f"{words} in the last {days} days" for name, words in KINDS.values() for days in WINDOWS},
    **{f"{KINDS[one][0]}_{by}": f"{KINDS[one][1]} by {by}" for by in ANSWER_CHANNELS for one in ANSWERS},
    "products_seen": "different products looked at",
    "weekend_share": "share of events at the weekend",
    **{f"{part}_share": f"share of events in the {part} (UTC)" for part in DAYPARTS},
}


def browsing_features(events: pl.LazyFrame, as_of: datetime) -> pl.LazyFrame:
    """One row a customer of `events` (none later than `as_of`): the columns of `WORDS`. One pass over the events."""
    kind, channel, days = pl.col("kind"), pl.col("channel"), pl.col("age")
    hour = pl.col("at").dt.hour()
    aged = events.with_columns(age=age(as_of))
    return (
        aged.group_by("customer_id")
        .agg(
            events=pl.len(),
            days_since_event=days.min(),
            **{name: (kind == one).sum() for one, (name, _) in KINDS.items()},
            **{
                f"{name}_{window}d": ((kind == one) & (days < window)).sum()
                for one, (name, _) in KINDS.items()
                for window in WINDOWS
            },
            **{
                f"{KINDS[one][0]}_{by}": ((kind == one) & (channel == by)).sum()
                for by in ANSWER_CHANNELS
                for one in ANSWERS
            },
            products_seen=pl.col("product_id").drop_nulls().n_unique(),
            weekend_share=(pl.col("at").dt.weekday() >= 6).mean(),
            **{f"{part}_share": hour.is_between(*span, closed="left").mean() for part, span in DAYPARTS.items()},
        )
        .select("customer_id", *WORDS)
    )
