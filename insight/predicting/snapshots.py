"""Rows to learn from, made at several past moments: what was known of each customer then, and what they did after it.

What a row knows is cut at its moment by `Behaviour.until`; its answer lies in the days after it. An order counts as
what became of it: whether one was cancelled later is known of it from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import polars as pl

from insight.behaviour.browsing import ANSWERS
from insight.behaviour.features import FEATURES, customer_features
from insight.behaviour.records import Behaviour
from insight.predicting import signs

OF_OTHERS = ("price_level", "discount_share")
"""features that depend on what other customers paid: one customer alone could not be scored on them"""
WORDS: Mapping[str, str] = MappingProxyType(
    {**{name: words for name, words in FEATURES.items() if name not in OF_OTHERS}, **signs.WORDS}
)
TIME = "as_of"
Came = Callable[[Behaviour, datetime, datetime], pl.Series]
"""who came in (after, until], by their ids"""
FIRST_MONTHS = timedelta(days=90)
"""of a shop, in which nothing is learnt: too little is known of anyone"""
STEP = timedelta(days=30)
MOST_SNAPSHOTS = 12
MOST_ROWS = 400_000


def known_of(behaviour: Behaviour, as_of: datetime) -> pl.DataFrame:
    """customer_id and the columns of `WORDS`, a row for each customer known at `as_of`."""
    features = customer_features(behaviour, as_of).drop(OF_OTHERS)
    silence = signs.sign_features(behaviour.until(as_of), as_of)
    return features.join(silence, on="customer_id", how="left", maintain_order="left").select("customer_id", *WORDS)


def moments(first: datetime, last: datetime, horizon: timedelta) -> tuple[datetime, ...]:
    """When to look, the earliest first: every `STEP` back from `horizon` before `last`, not in the first months."""
    found: list[datetime] = []
    moment = last - horizon
    while moment >= first + FIRST_MONTHS and len(found) < MOST_SNAPSHOTS:
        found.append(moment)
        moment -= STEP
    return tuple(reversed(found))


def training_rows(
    behaviour: Behaviour, looks: Sequence[datetime], horizon: timedelta, answer: str, came: Came, buyers: bool
) -> pl.DataFrame:
    """customer_id, `TIME`, the columns of `WORDS`, and `answer`: whether they came within `horizon`.

    `buyers`: only customers who had ordered by then. Latest moments first, until there are `MOST_ROWS` rows.
    """
    parts: list[pl.DataFrame] = []
    for moment in reversed(looks):
        known = known_of(behaviour, moment)
        if buyers:
            known = known.filter(pl.col("orders") > 0)
        yes = pl.col("customer_id").is_in(came(behaviour, moment, moment + horizon).implode())
        parts.append(known.with_columns(yes.alias(answer), pl.lit(moment).dt.cast_time_unit("us").alias(TIME)))
        if sum(map(len, parts)) >= MOST_ROWS:
            break
    return pl.concat(reversed(parts))


def ordered_between(behaviour: Behaviour, after: datetime, until: datetime) -> pl.Series:
    """Ids of the customers with an order in (after, until] that was not void."""
    placed = behaviour.until(until).purchases().filter(pl.col("at") > after)
    return placed.select(pl.col("customer_id").unique()).collect()["customer_id"]


def seen_between(behaviour: Behaviour, after: datetime, until: datetime) -> pl.Series:
    """Ids of the customers who ordered or visited in (after, until]; opening a mail is no visit."""
    then = behaviour.until(until)
    visits = then.events.filter(pl.col("at") > after, ~pl.col("kind").is_in(ANSWERS)).select("customer_id")
    orders = then.lines.filter(pl.col("at") > after).select("customer_id")
    return pl.concat([visits, orders]).unique().collect()["customer_id"]
