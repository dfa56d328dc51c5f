"""What a customer does again and again: where they are met, at what time of the day and on which days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from core.habits import Share
from insight.behaviour.browsing import DAYPARTS
from insight.behaviour.records import Behaviour

MOST = 3
"""shares kept of one kind"""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Shares = Mapping[str, tuple[Share, ...]]
"""customer id -> the largest first"""


@dataclass(frozen=True, slots=True)
class Habits:
    """Times are UTC. Customers of whom nothing is known are absent."""

    channels: Shares
    dayparts: Shares
    weekdays: Shares
    first_seen: Mapping[str, datetime]
    """the first dated order or event"""


def habits(behaviour: Behaviour) -> Habits:
    """Of all orders, void ones too, and all events: whoever sends something back was there as well."""
    orders = behaviour.lines.filter(pl.col("at").is_not_null()).unique("order_id").select("customer_id", "at")
    times, channels = pl.collect_all(
        [
            _counted(pl.concat([orders, behaviour.events.select("customer_id", "at")])),
            behaviour.events.filter(pl.col("channel").is_not_null())
            .group_by("customer_id", pl.col("channel").alias("name"))
            .agg(count=pl.len()),
        ],
        engine="streaming",
    )
    return Habits(
        channels=shares(channels),
        dayparts=shares(_long(times, tuple(DAYPARTS))),
        weekdays=shares(_long(times, WEEKDAYS)),
        first_seen=dict(times.select("customer_id", "first").iter_rows()),
    )


def shares(counts: pl.DataFrame) -> dict[str, tuple[Share, ...]]:
    """The `MOST` largest of each customer, from customer_id, name, count; equal ones by name."""
    ranked = (
        counts.filter(pl.col("count") > 0)
        .with_columns(share=(pl.col("count") / pl.col("count").sum().over("customer_id")).round(4))
        .sort("customer_id", "count", "name", descending=[False, True, False])
        .group_by("customer_id", maintain_order=True)
        .head(MOST)
    )
    found: dict[str, tuple[Share, ...]] = {}
    for customer, name, count, share in ranked.select("customer_id", "name", "count", "share").iter_rows():
        found[customer] = (*found.get(customer, ()), Share(name, count, share))
    return found


def _counted(doings: pl.LazyFrame) -> pl.LazyFrame:
    """One row a customer: how much in each part of the day and on each weekday, and the first moment."""
    hour, weekday = pl.col("at").dt.hour(), pl.col("at").dt.weekday()
    return doings.group_by("customer_id").agg(
        first=pl.col("at").min(),
        **{part: hour.is_between(*span, closed="left").sum() for part, span in DAYPARTS.items()},
        **{name: (weekday == number).sum() for number, name in enumerate(WEEKDAYS, 1)},
    )


def _long(times: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    return times.unpivot(list(names), index="customer_id", variable_name="name", value_name="count")
