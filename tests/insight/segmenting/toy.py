"""Shops of customers whose tastes are planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KINDS = ("books", "garden", "music")
EVENTS = {
    "customer_id": pl.String,
    "kind": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "product_id": pl.String,
    "value": pl.Float64,
    "channel": pl.String,
}
LINES = {
    "order_id": pl.String,
    "customer_id": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "status": pl.String,
    "total": pl.Float64,
    "product_id": pl.String,
    "quantity": pl.Int64,
    "price": pl.Float64,
}
PRODUCTS = pl.DataFrame(
    [(f"{kind}-{number}", kind, None, 10.0) for kind in KINDS for number in range(4)],
    schema=PRODUCT_SCHEMA,
    orient="row",
)


def planted(each: int, purity: float, seed: int = 0, now: datetime = NOW, days: int = 200) -> Behaviour:
    """`each` customers of every kind (named by it), who look at 20 products, of their own kind with that chance."""
    rng = np.random.default_rng(seed)
    events = []
    for kind in KINDS:
        for number in range(each):
            for _ in range(20):
                shown = kind if rng.random() < purity else KINDS[rng.integers(len(KINDS))]
                at = now - timedelta(days=float(rng.uniform(1, days)))
                events.append((f"{kind}-{number:03d}", "view", at, f"{shown}-{rng.integers(4)}", None, "phone"))
    return Behaviour(pl.LazyFrame(schema=LINES), pl.DataFrame(events, EVENTS, orient="row").lazy(), PRODUCTS)
