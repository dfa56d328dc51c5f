"""The demo shop's forecasts beside the rate that its simulator really had, and what it then drew.

The truth: each customer who was still coming on the day of the forecast orders at their own rate through seasons and
sales, may turn away after each order, and new customers join as evenly as they always did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import exp

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from insight.demand.forecasting import forecast
from insight.demand.methods import last_week_again
from insight.demand.panel import demand_panel
from shop.demo.buying import orders_a_day
from shop.demo.known import KNOWN
from shop.demo.simulate import DAYS, DemoShop, simulate
from shop.demo.traits import JOINED_EARLIER, Traits, draw_traits

HORIZON = 28
ENDS = (date(2026, 5, 10), date(2026, 8, 30), date(2026, 11, 15), date(2026, 12, 12))
"""last days of what is foretold: without a sale, with the summer's, an autumn, and the year's largest"""
SEEDS = (9, 10, 11)
"""not 7 and 8, on which the blending was chosen"""


@dataclass(frozen=True, slots=True)
class DemoCase:
    """Orders in the four weeks up to `end`, of one seed's shop."""

    seed: int
    end: date
    foretold: float
    low: float
    high: float
    true_rate: float
    """what the simulator's customers would order on average"""
    drawn: float
    """what they did order"""
    naive: float
    """of repeating the last week"""
    model: str
    """the methods that spoke"""


def measure_demo(seeds: tuple[int, ...] = SEEDS, ends: tuple[date, ...] = ENDS) -> Iterator[DemoCase]:
    """One case for each seed and end."""
    for seed in seeds:
        for end in ends:
            yield _case(seed, end)


def _case(seed: int, end: date) -> DemoCase:
    shop = simulate(seed, end=end)
    now = datetime.combine(end, time(18), tzinfo=UTC)
    as_of = datetime.combine(end - timedelta(days=HORIZON), time(0), tzinfo=UTC)
    behaviour = behaviour_of(shop)
    panel = demand_panel(behaviour, "shop", as_of)
    (said,) = forecast(panel, HORIZON).forecasts
    whole = demand_panel(behaviour, "shop", now).values[0]
    kept = behaviour.purchases().select(pl.col("order_id").n_unique()).collect().item() / len(shop.orders)
    return DemoCase(
        seed=seed,
        end=end,
        foretold=said.total,
        low=said.total_low,
        high=said.total_high,
        true_rate=kept * _true_orders(shop, seed, now, as_of),
        drawn=float(whole[panel.days : panel.days + HORIZON].sum()),
        naive=float(last_week_again(panel.values, HORIZON).sum()),
        model=said.model,
    )


def behaviour_of(shop: DemoShop) -> Behaviour:
    """The simulated shop's orders as tables, without a store in between."""
    lines = [
        (order.id, order.customer_id, order.placed, order.status, line.product_id, line.quantity)
        for order in shop.orders
        for line in order.lines
    ]
    columns: dict[str, pl.DataType | type[pl.DataType]] = {
        "order_id": pl.String,
        "customer_id": pl.String,
        "at": pl.Datetime("us", "UTC"),
        "status": pl.String,
        "product_id": pl.String,
        "quantity": pl.Int64,
    }
    events = pl.LazyFrame(schema={"customer_id": pl.String, "at": pl.Datetime("us", "UTC")})
    return Behaviour(pl.LazyFrame(lines, columns, orient="row"), events, pl.DataFrame(schema=PRODUCT_SCHEMA))


def _true_orders(shop: DemoShop, seed: int, now: datetime, as_of: datetime) -> float:
    """Orders expected in the `HORIZON` days after `as_of`, cancelled ones among them."""
    start = now - timedelta(days=DAYS)
    days = [as_of.date() + timedelta(days=day) for day in range(HORIZON)]
    expected, joining = 0.0, []
    for truth in shop.truth:
        known = KNOWN.get(truth.customer_id)
        until = now - timedelta(days=known.days_ago + 14) if known else now
        traits = draw_traits(seed, truth.customer_id, start, until, known.given if known else None)
        if traits.orders_a_year == 0:
            continue
        rates = np.asarray(orders_a_day(traits, days))
        joining.append(_from_joining(traits, rates))
        there = traits.joined < as_of and (truth.dropout is None or truth.dropout >= as_of)
        expected += _until_turning_away(traits, float(rates.sum())) if there else 0.0
    new = len(joining) * (1 - JOINED_EARLIER) * HORIZON / DAYS
    return expected + new * float(np.mean(joining))


def _until_turning_away(traits: Traits, orders: float) -> float:
    """Of `orders` that would come at the rate, those before the customer turns away, on average."""
    return (1 - exp(-traits.dropout * orders)) / traits.dropout if traits.dropout > 0 else orders


def _from_joining(traits: Traits, rates: NDArray[np.float64]) -> float:
    """Orders in the window of one who joins on a day of it: the first, and those that follow."""
    left = np.cumsum(rates[::-1])[::-1]
    return 1 + (1 - traits.dropout) * float(np.mean([_until_turning_away(traits, float(sum_)) for sum_ in left]))
