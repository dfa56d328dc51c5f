"""Profiles from a real store: what is drawn from which trace, and that the future stays unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from core.customer import UNKNOWN, Customer, CustomerProfile, Event, Order, Review
from core.settings import Settings
from core.shop import Product
from insight.customers.moods import feelings, moods
from insight.customers.profiles import build_profiles
from insight.reading.label import Label
from store.opening import Store, open_store
from store.turn_table import SCHEMA

Bought = Callable[..., Order]
NO_TURNS = pl.DataFrame(schema=SCHEMA)


class ReadsGood:
    """Stands for the readers: "good" is positive, all else negative."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def sentiments(self, texts: list[str]) -> list[Label]:
        self.asked.extend(texts)
        return [Label("positive" if "good" in text else "negative", 0.9) for text in texts]


@pytest.fixture
def store(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    categories = {"tent": ("camping", "tents"), "rope": ("climbing", "ropes"), "mug": ("camping", "kitchen")}
    store.shop.put_products([Product(name, {"en": name}, category=path) for name, path in categories.items()])
    store.customers.put([Customer(name, language="zh" if name == "chen" else "en") for name in ("anna", "bob", "chen")])
    yield store
    store.close()


def profile_of(store: Store, customer: str, as_of: datetime | None = None) -> CustomerProfile:
    return next(profile for profile in build_profiles(store, None, as_of) if profile.customer_id == customer)


def test_a_profile_says_what_the_traces_say(store: Store, bought: Bought, now: datetime) -> None:
    store.orders.put([bought("anna", 40, 30, "rope"), bought("anna", 5, 20, "mug", quantity=2), bought("bob", 0)])
    anna = profile_of(store, "anna")
    assert anna.favourite_categories == ("kitchen", "ropes")
    assert (anna.order_count, anna.total_spent, anna.days_since_order) == (2, Decimal(70), 5)
    assert (anna.last_product_id, anna.last_product_name) == ("mug", "Mug")
    assert anna.segment != UNKNOWN


def test_who_never_bought_is_unknown_and_keeps_their_language(store: Store, bought: Bought) -> None:
    store.orders.put([bought("anna", 5)])
    chen = profile_of(store, "chen")
    assert chen == CustomerProfile("chen", language="zh", as_of=chen.as_of)


def test_recent_interest_outweighs_old_and_a_purchase_outweighs_a_look(
    store: Store, bought: Bought, now: datetime
) -> None:
    store.orders.put([bought("anna", 700, product="rope"), bought("anna", 10, product="tent")])
    store.events.append([Event("anna", "view", now - timedelta(days=10), "mug"), Event("anna", "open", now, "rope")])
    assert profile_of(store, "anna").favourite_categories == ("tents", "kitchen", "ropes")


def test_price_bands_compare_within_a_category(store: Store, bought: Bought) -> None:
    store.orders.put(
        [
            *[bought("anna", 3, price, product) for price, product in ((200, "tent"), (5, "mug"))],
            *[bought("bob", 3, price, product) for price, product in ((300, "tent"), (10, "mug"))],
            *[bought("chen", 3, price, product) for price, product in ((20, "mug"), (20, "mug"))],
        ]
    )
    bands = {profile.customer_id: profile.price_band for profile in build_profiles(store, None)}
    assert bands == {"anna": "budget", "bob": "middle", "chen": "premium"}


def test_the_future_is_not_seen(store: Store, bought: Bought, now: datetime) -> None:
    """A profile as of then is the same whether or not the shop lived on."""
    then = now - timedelta(days=100)
    store.orders.put([bought("anna", 150, 30, "rope"), bought("bob", 101)])
    store.events.append([Event("anna", "view", then - timedelta(days=1), "rope")])
    store.shop.put_reviews([Review("r1", "x", "rope", "anna", 5.0, at=then - timedelta(days=2))])
    before = build_profiles(store, None, then)
    store.orders.put([bought("anna", 50, 900, "tent"), bought("bob", 1), bought("anna", None, 900, "tent")])
    store.events.append([Event("anna", "cart", now, "mug")])
    store.shop.put_reviews([Review("r2", "y", "tent", "anna", 1.0, at=now), Review("r3", "z", "tent", "anna", 1.0)])
    assert build_profiles(store, None, then) == before
    assert build_profiles(store, None, now) != before


def test_a_shop_without_dates_still_has_tastes(store: Store, bought: Bought) -> None:
    store.orders.put([bought("anna", None, product="rope")])
    anna = profile_of(store, "anna")
    assert (anna.segment, anna.favourite_categories, anna.days_since_order) == (UNKNOWN, ("ropes",), None)
    assert anna.order_count == 1


def test_a_mood_takes_clear_stars_at_their_word_and_reads_the_rest_once(now: datetime) -> None:
    readers = ReadsGood()
    reviews = [
        Review("1", "bad", customer_id="anna", rating=5.0, at=now),
        Review("2", "all good", customer_id="bob", rating=3.0, at=now),
        Review("3", "all good", customer_id="chen", at=now),
        Review("4", "nobody", at=now),
    ]
    assert moods(feelings(reviews, NO_TURNS, readers)) == {"anna": "positive", "bob": "positive", "chen": "positive"}
    assert readers.asked == ["all good"]
    assert moods(feelings(reviews, NO_TURNS, None)) == {"anna": "positive", "bob": "neutral"}


def test_a_mood_is_of_late(now: datetime) -> None:
    old = [Review(f"o{n}", "", customer_id="anna", rating=1.0, at=now - timedelta(days=300 + n)) for n in range(9)]
    late = [Review(f"n{n}", "", customer_id="anna", rating=5.0, at=now - timedelta(days=n)) for n in range(3)]
    assert moods(feelings([*late, *old], NO_TURNS, None)) == {"anna": "positive"}
