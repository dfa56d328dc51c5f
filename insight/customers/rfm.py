"""Segments from recency, frequency and money (RFM), named as a marketer names them (`segments.yaml`).

The rule, first match counts. R, F and M are scores from 1 to 5, 5 the best:

| segment         | rule                                                                                  |
|-----------------|---------------------------------------------------------------------------------------|
| at-risk         | R <= 2 and F >= 4: was frequent, is silent                                            |
| lost            | R = 1                                                                                 |
| hibernating     | R = 2                                                                                 |
| bargain-hunters | two orders or more, at least half of the money spent below the usual price            |
| champions       | R >= 4, F >= 4, M >= 4                                                                |
| big-spenders    | mean order worth at least twice the shop's median                                     |
| loyal           | F >= 4, or three orders or more                                                       |
| new-customers   | one order, R >= 4                                                                     |
| promising       | who remains: one or two orders, R >= 3                                                |
| unknown         | no dated order                                                                        |

Scores are quintiles among the shop's buyers (Hughes, "Strategic Database Marketing", 1994) from FEW buyers on; below, a
quintile is a handful of people, so fixed rules apply. Quintiles alone would call a fifth of any shop lost, however
lively it is: nobody is, before being silent for longer than the shop's customers usually are between two orders.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import polars as pl

from insight.customers.histories import History, histories

FEW = 50
"""buyers; with fewer, fixed rules instead of quintiles"""
BARGAIN_SHARE = 0.5
BIG_ORDER = 2.0
"""times the shop's median order"""


@dataclass(frozen=True, slots=True)
class Scores:
    """1 to 5 each, 5 the best."""

    recency: int
    frequency: int
    money: int


def segment_customers(lines: pl.LazyFrame, as_of: datetime) -> dict[str, str]:
    """Customer id -> segment name, from the orders placed at or before `as_of`; `lines` as `store.orders.lines()`.

    Customers whose orders carry no date, or were all cancelled or returned, are `unknown`; those without any order by
    then are absent.
    """
    seen = lines.filter((pl.col("at") <= as_of.astimezone(UTC)).fill_null(True))
    bought = histories(seen, as_of)
    known = name_segments(bought, score(bought))
    customers = seen.select(pl.col("customer_id").unique().sort()).collect()
    return {customer: known.get(customer, "unknown") for customer in customers["customer_id"]}


def name_segments(bought: Mapping[str, History], scores: Mapping[str, Scores]) -> dict[str, str]:
    """The same from histories that are already drawn up and scored."""
    if not bought:
        return {}
    usual_order = median(history.order_value for history in bought.values())
    return {customer: _segment(history, scores[customer], usual_order) for customer, history in bought.items()}


def score(bought: Mapping[str, History]) -> dict[str, Scores]:
    """Customer id -> scores among the customers given."""
    if not bought:
        return {}
    everyone = list(bought.values())
    recency, frequency, money = _quintiles(everyone) if len(everyone) >= FEW else _fixed_rules(everyone)
    rhythm = usual_gap(everyone)
    return {
        customer: Scores(
            recency=max(recency(history), 3 if history.days_since_order <= rhythm else 1),
            frequency=frequency(history),
            money=money(history),
        )
        for customer, history in bought.items()
    }


def _segment(history: History, scores: Scores, usual_order: float) -> str:
    if scores.recency <= 2:
        if scores.frequency >= 4:
            return "at-risk"
        return "lost" if scores.recency == 1 else "hibernating"
    if history.orders >= 2 and history.discounted >= BARGAIN_SHARE:
        return "bargain-hunters"
    if min(scores.recency, scores.frequency, scores.money) >= 4:
        return "champions"
    if history.order_value >= BIG_ORDER * usual_order > 0:
        return "big-spenders"
    if scores.frequency >= 4 or history.orders >= 3:
        return "loyal"
    return "new-customers" if history.orders == 1 and scores.recency >= 4 else "promising"


Scorer = Callable[[History], int]


def _quintiles(everyone: Sequence[History]) -> tuple[Scorer, Scorer, Scorer]:
    recency = _ranker([-history.days_since_order for history in everyone])
    frequency = _ranker([history.orders for history in everyone])
    money = _ranker([history.spent for history in everyone])
    return (
        lambda history: recency(-history.days_since_order),
        lambda history: frequency(history.orders),
        lambda history: money(history.spent),
    )


def _ranker(values: Iterable[float]) -> Callable[[float], int]:
    """Value -> quintile of its rank. Equal values share the middle of their ranks: most buyers have one order."""
    ordered = sorted(values)

    def quintile(value: float) -> int:
        rank = (bisect_left(ordered, value) + bisect_right(ordered, value)) / 2
        return min(5, 1 + int(5 * rank / len(ordered)))

    return quintile


def _fixed_rules(everyone: Sequence[History]) -> tuple[Scorer, Scorer, Scorer]:
    """Days, orders, and multiples of the median buyer's money: rough, and stable in a shop of a dozen buyers."""
    usual = median(history.spent for history in everyone) or 1.0
    return (
        lambda history: 5 - bisect_left([30, 90, 180, 365], history.days_since_order),
        lambda history: 1 + bisect_right([2, 3, 4, 6], history.orders),
        lambda history: 1 + bisect_right([0.5, 0.8, 1.25, 2.0], history.spent / usual),
    )


def usual_gap(everyone: Iterable[History]) -> float:
    """Days between two orders of a returning customer, the median; 0 where nobody has returned yet."""
    gaps = [
        (history.days_as_customer - history.days_since_order) / (history.orders - 1)
        for history in everyone
        if history.orders >= 2
    ]
    return median(gaps) if gaps else 0.0
