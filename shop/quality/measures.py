"""What is in the store and what is missing there: completeness, months, orphans, and what the loads told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from shop.people.resolving import find_people
from store.opening import Store

SHARES: Mapping[str, tuple[str, ...]] = {
    "products": ("description", "category", "brand", "price", "stock"),
    "customers": ("first_name", "last_name", "email", "phone", "address", "consents", "created"),
    "orders": ("placed", "total", "lines"),
    "events": ("product_id", "value", "channel"),
    "reviews": ("product_id", "customer_id", "rating", "at"),
}
"""kind -> the fields that may be empty and are worth having"""


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of one store. Shares are 0..1; months are `2026-03`."""

    counts: Mapping[str, int]
    filled: Mapping[str, Mapping[str, float]]
    """kind -> field -> share of rows that have it"""
    months: Mapping[str, Mapping[str, int]]
    """orders, events, reviews -> month -> rows"""
    orphans: Mapping[str, int]
    """rows that name a product which is not in the catalogue; customers without an order"""
    buyers: int
    days: int
    """from the first dated order to the last"""
    merged: int
    suggested: int
    """pairs of customers who may be one person"""
    loads: tuple[tuple[datetime, Mapping[str, Any]], ...]
    """what each load told, the newest first"""


def measure(store: Store) -> Quality:
    """Read all of the store once."""
    products, reviews = store.shop.products(), store.shop.reviews()
    customers, orders = list(store.customers.all()), list(store.orders.all())
    events, known = store.events.scan(), [product.id for product in products]
    lines = store.orders.lines()
    dated = [order.placed for order in orders if order.placed]
    buyers = {order.customer_id for order in orders}
    filled = {
        "products": _filled(products, SHARES["products"]),
        "customers": _filled(customers, SHARES["customers"]),
        "orders": _filled(orders, SHARES["orders"]),
        "events": _filled_events(events),
        "reviews": _filled(reviews, SHARES["reviews"]),
    }
    strangers = pl.col("product_id").is_not_null() & ~pl.col("product_id").is_in(known)
    return Quality(
        counts=store.shop.counts(),
        filled=filled,
        months={
            "orders": _by_month(dated),
            "events": _by_month_of(events),
            "reviews": _by_month(review.at for review in reviews if review.at),
        },
        orphans={
            "order lines of unknown products": lines.filter(strangers).height,
            "events of unknown products": int(events.filter(strangers).select(pl.len()).collect().item()),
            "reviews of unknown products": sum(
                one.product_id is not None and one.product_id not in known for one in reviews
            ),
            "customers without an order": sum(customer.id not in buyers for customer in customers),
        },
        buyers=len(buyers),
        days=(max(dated) - min(dated)).days if dated else 0,
        merged=sum(merge.undone is None for merge in store.merges.all()),
        suggested=len(find_people(store).suggestions),
        loads=tuple(store.loads.all()),
    )


def _filled(rows: Iterable[object], fields: Iterable[str]) -> dict[str, float]:
    rows = list(rows)
    if not rows:
        return {}
    return {name: sum(getattr(row, name) not in (None, "", (), {}) for row in rows) / len(rows) for name in fields}


def _filled_events(events: pl.LazyFrame) -> dict[str, float]:
    shares = events.select(pl.col(name).is_not_null().mean() for name in SHARES["events"]).collect()
    return {name: share for name, share in shares.row(0, named=True).items() if share is not None}


def _by_month(times: Iterable[datetime]) -> dict[str, int]:
    return dict(sorted(Counter(f"{at:%Y-%m}" for at in times).items()))


def _by_month_of(events: pl.LazyFrame) -> dict[str, int]:
    months = events.group_by(pl.col("at").dt.truncate("1mo")).len().sort("at").collect()
    return {f"{at:%Y-%m}": count for at, count in months.iter_rows()}
