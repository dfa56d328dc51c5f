"""What a customer likes: favourite categories and brands, and price band, from what they bought and looked at.

Knows the tables of behaviour, not the store they lie in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log

import polars as pl

from insight.behaviour.prices import PIECES, price_levels
from insight.behaviour.purchases import age
from insight.behaviour.records import Behaviour

INTEREST: Mapping[str, float] = {"view": 0.1, "click": 0.1, "search": 0.1, "wishlist": 0.3, "cart": 0.3}
"""what an event with a product says of interest, beside 1 for a piece bought; other kinds (`open`) say nothing"""
HALF_LIFE_DAYS = 180.0
"""half a year ago counts half: an outdoor shop's customer skis in winter and hikes in summer, and both should show"""
FAVOURITES = 3
UNDATED = 0.1
"""weight of an order without a date: known to be real, not known to be recent"""


@dataclass(frozen=True, slots=True)
class Tastes:
    """By customer id; customers of whom nothing is known are absent."""

    categories: Mapping[str, tuple[str, ...]]
    brands: Mapping[str, tuple[str, ...]]
    """at most three each, the favourite first; ties go by name, so that two runs agree"""
    price_bands: Mapping[str, str]


def tastes(behaviour: Behaviour, as_of: datetime) -> Tastes:
    """Tastes from all of `behaviour`; what is later than `as_of` (in UTC) counts as if it were of that moment."""
    bought = behaviour.purchases()
    interest = _interest(bought, behaviour, as_of).collect(engine="streaming")
    return Tastes(
        categories=_favourites(interest, "category"),
        brands=_favourites(interest, "brand"),
        price_bands=_bands(price_levels(bought, behaviour.products).collect()),
    )


def fade(as_of: datetime, half_life: float = HALF_LIFE_DAYS) -> pl.Expr:
    """What is left of a weight since `at`: 1 now, a half after `half_life` days, `UNDATED` without a date."""
    return (-age(as_of).clip(lower_bound=0) * (log(2) / half_life)).exp().fill_null(UNDATED)


def _interest(bought: pl.LazyFrame, behaviour: Behaviour, as_of: datetime) -> pl.LazyFrame:
    """customer_id, category, brand, weight: small, for a customer's events are many and their categories few."""
    kinds = list(INTEREST)
    value = pl.col("kind").replace_strict(kinds, list(INTEREST.values()), return_dtype=pl.Float64)
    seen = behaviour.events.filter(pl.col("kind").is_in(kinds)).select(
        "customer_id", "product_id", weight=value * fade(as_of)
    )
    pieces = pl.col("quantity").clip(upper_bound=PIECES)
    had = bought.select("customer_id", "product_id", weight=pieces * fade(as_of))
    known = behaviour.products.lazy().select("product_id", "category", "brand")
    return (
        pl.concat([had, seen])
        .join(known, on="product_id")
        .group_by("customer_id", "category", "brand")
        .agg(pl.col("weight").sum())
    )


def _favourites(interest: pl.DataFrame, kind: str) -> dict[str, tuple[str, ...]]:
    """Customer id -> the names of `kind` with the largest weight."""
    ranked = (
        interest.filter(pl.col(kind).is_not_null())
        .group_by("customer_id", kind)
        .agg(pl.col("weight").sum().round(9))
        .sort("customer_id", "weight", kind, descending=[False, True, False])
        .group_by("customer_id", maintain_order=True)
        .agg(pl.col(kind).head(FAVOURITES))
    )
    return {customer: tuple(names) for customer, names in ranked.iter_rows()}


def _bands(levels: pl.DataFrame) -> dict[str, str]:
    """Customer id -> `budget`, `middle` or `premium`: terciles of the price levels, see behaviour.prices.

    A cheap tent costs more than dear socks, hence levels within categories. With fewer than three customers, all are
    `middle`.
    """
    ordered = levels["price_level"].sort()
    low, high = (ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]) if len(ordered) >= 3 else (0, 0)
    if low == high:
        return dict.fromkeys(levels["customer_id"], "middle")
    return {
        customer: "budget" if level < low else "premium" if level >= high else "middle"
        for customer, level in levels.select("customer_id", "price_level").iter_rows()
    }
