"""How a customer stands to the shop, as two numbers from 0 to 1 that a person can check by hand.

Loyalty = 0.5 presence + 0.3 repetition + 0.2 tenure:
  presence    1 while the silence is no longer than the customer's own mean gap between orders (the shop's usual gap
              for who ordered once), and half of that for each further gap of silence;
  repetition  1 - 1 / orders: the share of orders that came after the first;
  tenure      days since the first order / (days + 365).

Satisfaction is the mean of what speaks for it (1) or against it (0), each weighted and halved in weight each year, with
one neutral voice (0.5, weight 1) beside it, so that a single event never says 0 or 1:
  a review    weight 1, its mood from -1..1 to 0..1;
  a chat      weight 0.5, likewise;
  an order    weight 0.25: 1 if kept, 0 if returned or refunded; cancelled ones say nothing.
"""

from __future__ import annotations

import math
from datetime import datetime

import polars as pl

from insight.behaviour.orders import RETURNED, VOID, orders_of, state
from insight.customers.histories import History
from insight.customers.tastes import fade

YEAR = 365.0
VOICES = {"reviews": 1.0, "chats": 0.5}
ORDER = 0.25
DOUBT = 1.0
"""weight of the neutral voice"""


def loyalty(history: History, usual_gap: float) -> float:
    """By the formula above, to three digits; `usual_gap` is the shop's, in days (a month where nobody came back)."""
    gap = usual_gap or 30.0
    if history.orders > 1:
        gap = (history.days_as_customer - history.days_since_order) / (history.orders - 1) or gap
    overdue = max(0.0, max(0.0, history.days_since_order) - gap) / gap
    presence, repetition = math.exp2(-overdue), 1 - 1 / history.orders
    days = max(0.0, history.days_as_customer)
    return round(0.5 * presence + 0.3 * repetition + 0.2 * days / (days + YEAR), 3)


def satisfaction(felt: pl.DataFrame, lines: pl.LazyFrame, as_of: datetime) -> dict[str, float]:
    """Customer id -> by the formula above, to three digits; `felt` as insight.customers.moods.feelings tells it."""
    said = felt.lazy().select(
        "customer_id",
        good=(pl.col("value") + 1) / 2,
        weight=pl.col("source").replace_strict(VOICES, return_dtype=pl.Float64) * fade(as_of, YEAR),
    )
    kept = (
        orders_of(lines)
        .filter(state(*RETURNED) | ~state(*VOID))
        .select("customer_id", good=(~state(*RETURNED)).cast(pl.Float64), weight=ORDER * fade(as_of, YEAR))
    )
    good, weight = pl.col("good"), pl.col("weight")
    mean = (((good * weight).sum() + 0.5 * DOUBT) / (weight.sum() + DOUBT)).round(3)
    found = pl.concat([said, kept]).group_by("customer_id").agg(mean=mean).collect(engine="streaming")
    return dict(found.iter_rows())
