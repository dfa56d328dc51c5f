"""What a recommender learns from: who took what and when, what there is to take, and what kinds of people there are.

Goods that are bought, videos that are watched, courses that are enrolled in: here they are all items that people take.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

TAKEN = 1.0
"""an interaction of this weight or more is the item taken (bought, watched through); a lighter one is a look at it"""

INTERACTION_SCHEMA = {
    "user": pl.String,
    "item": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "weight": pl.Float64,
}
ITEM_SCHEMA = pl.Schema(
    {"id": pl.String(), "category": pl.String(), "text": pl.String(), "attributes": pl.List(pl.String())}
)
GROUP_SCHEMA = {"user": pl.String, "group": pl.String}


@dataclass(frozen=True, slots=True)
class Records:
    """Three tables; interactions of items that are not among `items` are not looked at."""

    interactions: pl.DataFrame
    """user, item, at (UTC), weight: a row for each time that someone took an item or looked at it"""
    items: pl.DataFrame
    """id, category, text (what it is called and said to be), attributes (`brand=Ours`); all but the id may be null"""
    groups: pl.DataFrame
    """user, group: what is known of people before they did anything (`language=zh`); a person may be in several"""

    def until(self, moment: datetime) -> Records:
        """What was known at `moment` (aware). Items and groups stay today's."""
        return replace(self, interactions=self.interactions.filter(pl.col("at") <= moment))

    def taken(self, after: datetime | None, until: datetime) -> pl.DataFrame:
        """user, item: what was taken after `after` (None: ever) and at or before `until`, each pair once, in a fixed
        order.
        """
        within = (pl.col("at") <= until) & (pl.col("weight") >= TAKEN)
        if after is not None:
            within &= pl.col("at") > after
        return self.interactions.filter(within).select("user", "item").unique().sort("user", "item")
