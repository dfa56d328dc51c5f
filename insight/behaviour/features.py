"""One row of numbers a customer, as it stood at a moment: what segments and predictions are made from.

A count of what never happened is 0. A number that has no meaning for a customer (days since an order that was never
placed, the mean of no gaps) is null: who needs it filled knows best with what.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import polars as pl

from insight.behaviour import browsing, prices, purchases, rhythm, variety, visits
from insight.behaviour.orders import orders_of
from insight.behaviour.records import Behaviour

FEATURES: Mapping[str, str] = MappingProxyType(
    {**purchases.WORDS, **rhythm.WORDS, **variety.WORDS, **prices.WORDS, **browsing.WORDS, **visits.WORDS}
)
"""column -> the words a marketer reads, in the order of the columns"""


def customer_features(behaviour: Behaviour, as_of: datetime) -> pl.DataFrame:
    """customer_id, then the columns of `FEATURES` as Float64; a row for each customer who left a trace by `as_of`.

    Sorted by customer_id. `as_of` is aware; nothing later is looked at. Days are of 24 hours, hours are UTC.
    """
    as_of = as_of.astimezone(UTC)
    known = behaviour.until(as_of)
    orders, bought = orders_of(known.lines), known.purchases()
    parts = pl.collect_all(
        [
            purchases.purchase_features(orders, as_of),
            rhythm.rhythm_features(orders, as_of),
            variety.variety_features(bought, known.products),
            prices.price_features(bought, known.products),
            browsing.browsing_features(known.events, as_of),
            visits.visit_features(known.events, as_of),
        ],
        engine="streaming",
    )
    customers = pl.concat([part.select("customer_id") for part in parts]).unique().sort("customer_id")
    for part in parts:
        customers = customers.join(part, on="customer_id", how="left", maintain_order="left")
    counted = [name for part in parts for name, kind in part.schema.items() if kind.is_integer()]
    always = [*counted, "money", "orders_trend", *(f"money_{days}d" for days in purchases.WINDOWS)]
    return customers.with_columns(pl.col(always).fill_null(0)).with_columns(pl.col(list(FEATURES)).cast(pl.Float64))
