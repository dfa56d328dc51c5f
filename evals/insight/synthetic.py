"""A large shop that nobody has: events, orders and reviews of any number of customers, drawn with a seed.

Written to Parquet a month at a time, as the store keeps events, so that ten million of them never lie in memory at
once. Customers differ in how busy they are, products in how popular; events come in visits.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

END: Final = datetime(2026, 7, 1, tzinfo=UTC)
MONTHS: Final = 24
MONTH: Final = timedelta(days=30)
PRODUCTS: Final = 5_000
CATEGORIES: Final = 60
BRANDS: Final = 150
KINDS: Final = {"view": 0.62, "search": 0.1, "cart": 0.1, "wishlist": 0.03, "open": 0.11, "click": 0.04}
CHANNELS: Final = ("desktop", "phone", "app")
STATUSES: Final = {"delivered": 0.9, "returned": 0.05, "cancelled": 0.05}
VISIT: Final = 4
"""events in one, on average"""
LINES_PER_EVENT: Final = 0.1
REVIEWS_PER_CUSTOMER: Final = 0.5
US: Final = 1_000_000


def write_shop(folder: Path, events: int, customers: int, seed: int = 7) -> None:
    """Write products.parquet, people.parquet, reviews.parquet, and events and lines by month; overwrites."""
    rng = np.random.default_rng(seed)
    busy = rng.gamma(0.8, 1.0, customers)
    busy /= busy.sum()
    popular = 1 / np.arange(1, PRODUCTS + 1) ** 0.8
    popular /= popular.sum()
    products = _products(rng)
    products.write_parquet(folder / "products.parquet")
    _people(rng, customers).write_parquet(folder / "people.parquet")
    _reviews(rng, customers).write_parquet(folder / "reviews.parquet")
    for month in range(MONTHS):
        begin = END - MONTH * (MONTHS - month)
        wanted = events * (month + 1) // MONTHS - events * month // MONTHS
        _events(rng, begin, wanted, busy, popular).write_parquet(folder / f"events-{month:02}.parquet")
        lines = _lines(rng, month, begin, int(wanted * LINES_PER_EVENT), busy, popular, products)
        lines.write_parquet(folder / f"lines-{month:02}.parquet")


def _events(
    rng: np.random.Generator, begin: datetime, count: int, busy: np.ndarray, popular: np.ndarray
) -> pl.DataFrame:
    """`count` events of one month, in visits, oldest first."""
    visits = count // VISIT + 1
    visit = np.sort(rng.integers(0, visits, count))
    who = rng.choice(len(busy), visits, p=busy)[visit]
    start = rng.integers(0, int(MONTH.total_seconds()) * US, visits)[visit]
    at = start + rng.integers(0, 1200 * US, count)
    kind = rng.choice(len(KINDS), count, p=list(KINDS.values()))
    names = np.array(list(KINDS))[kind]
    mailed = (names == "open") | (names == "click")
    channel = np.where(mailed, "email", np.array(CHANNELS)[rng.integers(0, len(CHANNELS), visits)[visit]])
    product = np.where((names == "open") | (names == "search"), -1, rng.choice(len(popular), count, p=popular))
    frame = pl.DataFrame({"who": who, "kind": names, "at": at, "product": product, "channel": channel})
    return frame.select(
        customer_id=_id("C", "who"),
        kind="kind",
        at=_moment(begin),
        product_id=pl.when(pl.col("product") >= 0).then(_id("P", "product")),
        value=pl.lit(None, pl.Float64),
        channel="channel",
    ).sort("at")


def _lines(
    rng: np.random.Generator,
    month: int,
    begin: datetime,
    count: int,
    busy: np.ndarray,
    popular: np.ndarray,
    products: pl.DataFrame,
) -> pl.DataFrame:
    """`count` lines of one month's orders, two an order on average; a fifth of the lines are sold below list price."""
    orders = count // 2 + 1
    order = np.sort(rng.integers(0, orders, count))
    product = rng.choice(len(popular), count, p=popular)
    lowered = np.where(rng.random(count) < 0.2, 0.8, 1.0)
    frame = pl.DataFrame(
        {
            "order": order + month * 10**7,
            "who": rng.choice(len(busy), orders, p=busy)[order],
            "at": rng.integers(0, int(MONTH.total_seconds()) * US, orders)[order],
            "status": rng.choice(list(STATUSES), orders, p=list(STATUSES.values()))[order],
            "product": product,
            "quantity": rng.choice([1, 2, 5], count, p=[0.8, 0.15, 0.05]),
            "price": np.round(products["list_price"].to_numpy()[product] * lowered, 2),
        }
    )
    return frame.select(
        order_id=_id("O", "order"),
        customer_id=_id("C", "who"),
        at=_moment(begin),
        status="status",
        total=pl.lit(None, pl.Float64),
        product_id=_id("P", "product"),
        quantity="quantity",
        price="price",
        variant_id=pl.lit(None, pl.String),
        name=pl.format("Product {}", "product"),
    )


def _products(rng: np.random.Generator) -> pl.DataFrame:
    frame = pl.DataFrame({"n": np.arange(PRODUCTS)})
    return frame.select(
        product_id=_id("P", "n"),
        category=pl.Series(rng.integers(0, CATEGORIES, PRODUCTS)).cast(pl.String),
        brand=pl.Series(rng.integers(0, BRANDS, PRODUCTS)).cast(pl.String),
        list_price=pl.Series(np.round(rng.lognormal(3.5, 0.8, PRODUCTS), 2)),
    )


def _people(rng: np.random.Generator, customers: int) -> pl.DataFrame:
    language = pl.Series(rng.choice(["en", "zh"], customers, p=[0.7, 0.3]))
    return pl.DataFrame({"n": np.arange(customers)}).select(
        customer_id=_id("C", "n"), language=language, created=pl.lit(None, pl.Datetime("us", "UTC"))
    )


def _reviews(rng: np.random.Generator, customers: int) -> pl.DataFrame:
    count = int(customers * REVIEWS_PER_CUSTOMER)
    span = int((MONTH * MONTHS).total_seconds()) * US
    columns = {"n": np.arange(count), "who": rng.integers(0, customers, count), "at": rng.integers(0, span, count)}
    stars = pl.Series(rng.choice([1.0, 2.0, 3.0, 4.0, 5.0], count, p=[0.08, 0.07, 0.15, 0.3, 0.4]))
    return pl.DataFrame(columns).select(
        id=_id("R", "n"), customer_id=_id("C", "who"), rating=stars, at=_moment(END - MONTH * MONTHS)
    )


def _id(letter: str, column: str) -> pl.Expr:
    return pl.lit(letter) + pl.col(column).cast(pl.String).str.zfill(9)


def _moment(begin: datetime) -> pl.Expr:
    return pl.lit(begin).cast(pl.Datetime("us", "UTC")) + pl.col("at").cast(pl.Duration("us"))
