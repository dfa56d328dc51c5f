"""What a customer likes: favourite categories and price level, from what they bought and looked at.

Knows orders, products and events, not the store they lie in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import exp, log
from statistics import median

import polars as pl

from core.customer import Order
from insight.behaviour.records import category_of as category_of

INTEREST = {"view": 0.1, "click": 0.1, "search": 0.1, "wishlist": 0.3, "cart": 0.3}
"""what an event with a product says of interest, beside 1 for a piece bought; other kinds (`open`) say nothing"""
HALF_LIFE_DAYS = 180.0
"""half a year ago counts half: an outdoor shop's customer skis in winter and hikes in summer, and both should show"""
FAVOURITES = 3
PIECES = 3
"""of one line, at most: forty tent pegs are not forty times the interest"""
UNDATED = 0.1
"""weight of an order without a date: known to be real, not known to be recent"""

Interest = dict[str, defaultdict[str, float]]
"""customer -> category -> weight"""


def favourite_categories(
    orders: Iterable[Order], events: pl.LazyFrame | None, categories: Mapping[str, str], as_of: datetime
) -> dict[str, tuple[str, ...]]:
    """Customer id -> at most three categories, the favourite first.

    `orders` are those to be counted, `events` has the columns customer_id, kind, at, product_id; events after `as_of`
    are not looked at. `categories` maps product ids. Ties go by name, so that two runs agree.
    """
    interest: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for order in orders:
        weight = UNDATED if order.placed is None else _fade((as_of - order.placed).total_seconds() / 86400)
        for line in order.lines:
            if line.product_id in categories:
                interest[order.customer_id][categories[line.product_id]] += weight * min(line.quantity, PIECES)
    if events is not None:
        for customer, product, weight in _seen(events, as_of):
            if product in categories:
                interest[customer][categories[product]] += weight
    return {customer: _top(weights) for customer, weights in interest.items()}


def price_bands(orders: Iterable[Order], categories: Mapping[str, str]) -> dict[str, str]:
    """Customer id -> `budget`, `middle` or `premium`: terciles among the customers of their usual price level.

    A price level is the mean of log(price / median price paid in the category): a cheap tent costs more than dear
    socks. Customers without a priced line are absent; with fewer than three, all are `middle`.
    """
    lines = [
        (order.customer_id, categories.get(line.product_id, ""), float(line.price), line.quantity)
        for order in orders
        for line in order.lines
        if line.price is not None and line.price > 0
    ]
    by_category: defaultdict[str, list[float]] = defaultdict(list)
    for _, category, price, _ in lines:
        by_category[category].append(price)
    usual = {category: median(prices) for category, prices in by_category.items()}
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for customer, category, price, quantity in lines:
        pieces = min(quantity, PIECES)
        sums[customer][0] += pieces * log(price / usual[category])
        sums[customer][1] += pieces
    return _terciles({customer: total / pieces for customer, (total, pieces) in sums.items() if pieces > 0})


def _terciles(levels: Mapping[str, float]) -> dict[str, str]:
    if len(levels) < 3:
        return dict.fromkeys(levels, "middle")
    ordered = sorted(levels.values())
    low, high = ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]
    if low == high:
        return dict.fromkeys(levels, "middle")
    return {
        customer: "budget" if level < low else "premium" if level >= high else "middle"
        for customer, level in levels.items()
    }


def _seen(events: pl.LazyFrame, as_of: datetime) -> Sequence[tuple[str, str, float]]:
    """(customer, product, faded interest) of the events up to `as_of`."""
    age = (pl.lit(as_of) - pl.col("at")).dt.total_seconds() / 86400
    kinds = list(INTEREST)
    interest = pl.col("kind").replace_strict(kinds, list(INTEREST.values()), return_dtype=pl.Float64)
    return (
        events.filter(pl.col("at") <= as_of, pl.col("kind").is_in(kinds), pl.col("product_id").is_not_null())
        .with_columns(weight=interest * (-age * log(2) / HALF_LIFE_DAYS).exp())
        .group_by("customer_id", "product_id")
        .agg(pl.col("weight").sum())
        .collect()
        .rows()
    )


def _fade(days: float) -> float:
    return exp(-days * log(2) / HALF_LIFE_DAYS)


def _top(weights: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(weights, key=lambda category: (-round(weights[category], 9), category))[:FAVOURITES])
