"""The questions that every shop has: who orders within N days, and which buyers do not come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from insight.behaviour.browsing import ANSWERS
from insight.behaviour.records import Behaviour
from insight.predicting.gates import LEAST_BUYERS, LEAST_DAYS, Gate, refuse_thin
from insight.predicting.snapshots import (
    FIRST_MONTHS,
    STEP,
    TIME,
    WORDS,
    Came,
    moments,
    ordered_between,
    seen_between,
    training_rows,
)
from insight.predicting.tasks import TableTask

PURCHASE, CHURN = "purchase", "churn"
RETURNED = 0.8
"""of those who order again have done so after as many days as the churn horizon has"""
LONGEST = 3
"""the horizon is at most one in so many parts of the shop's history: the rest is needed to learn"""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FIX = "load older orders, or wait"


@dataclass(frozen=True, slots=True)
class Trade:
    """What a shop has seen."""

    buyers: int
    first: datetime
    last: datetime
    """moments of the first and the last order; the same where there is none"""

    @property
    def days(self) -> int:
        return (self.last - self.first).days


def trade_of(behaviour: Behaviour) -> Trade:
    """From the orders that were not void."""
    seen = behaviour.purchases().select(
        buyers=pl.col("customer_id").n_unique(), first=pl.col("at").min(), last=pl.col("at").max()
    )
    buyers, first, last = seen.collect().row(0)
    return Trade(buyers, first or NEVER, last or NEVER)


def purchase_task(behaviour: Behaviour, days: int) -> TableTask:
    """Who, of all whom the shop knows, orders within `days`. Raises `UserError` for a shop too young or too small."""
    return _task(f"{PURCHASE}-{days}d", behaviour, timedelta(days=days), ("buys", coming_of(PURCHASE, behaviour)))


def churn_task(behaviour: Behaviour, days: int | None = None) -> TableTask:
    """Which buyers do not come back within `days`; None: as long as this shop's returning customers take.

    Coming back is an order or a visit, where the shop sees visits: who still looks has not left. Elsewhere an order.
    """
    _refuse_young(CHURN, trade_of(behaviour))
    came = coming_of(CHURN, behaviour)
    return _task(CHURN, behaviour, timedelta(days=days or churn_days(behaviour)), ("returns", came), buyers=True)


def coming_of(question: str, behaviour: Behaviour) -> Came:
    """What counts as coming, for `PURCHASE` or `CHURN`."""
    visits = behaviour.events.filter(~pl.col("kind").is_in(ANSWERS)).head(1)
    return seen_between if question == CHURN and not visits.collect().is_empty() else ordered_between


def churn_days(behaviour: Behaviour) -> int:
    """After how many days 80 % of those who order again have: in whole months, at most a third of the history.

    Gaps that are not over yet are unseen, so this is rather short for a young shop; hence not a median.
    """
    orders = behaviour.purchases().select("customer_id", "order_id", "at").unique(subset="order_id")
    gaps = orders.sort("customer_id", "at").select(gap=pl.col("at").diff().over("customer_id").dt.total_days())
    usual = gaps.filter(pl.col("gap") > 0).select(pl.col("gap").quantile(RETURNED)).collect().item() or 0
    months = min(round(usual / STEP.days), trade_of(behaviour).days // (LONGEST * STEP.days))
    return max(1, months) * STEP.days


def _task(
    name: str, behaviour: Behaviour, horizon: timedelta, answer: tuple[str, Came], buyers: bool = False
) -> TableTask:
    """Of all customers who comes; of `buyers` alone who does not."""
    trade = trade_of(behaviour)
    _refuse_young(name, trade)
    looks = moments(trade.first, trade.last, horizon)
    needed = trade.days if looks else (FIRST_MONTHS + horizon) // timedelta(days=1)
    refuse_thin(name, [Gate("days from the first order to the last", trade.days, needed)], FIX)
    target, came = answer
    return TableTask(
        name=name,
        table=training_rows(behaviour, looks, horizon, target, came, buyers),
        target=target,
        yes="false" if buyers else "true",
        id="customer_id",
        time=TIME,
        horizon=horizon,
        words=WORDS,
        source=f"the shop's orders and events, looked at {len(looks)} times",
    )


def _refuse_young(name: str, trade: Trade) -> None:
    gates = [
        Gate("buyers", trade.buyers, LEAST_BUYERS),
        Gate("days from the first order to the last", trade.days, LEAST_DAYS),
    ]
    refuse_thin(name, gates, FIX)
