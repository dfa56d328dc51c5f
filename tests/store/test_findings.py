"""Predictions and clusters keep their history, and a profile that is read carries the latest of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.customer import Consent, Customer, CustomerProfile
from core.errors import NotFound
from core.habits import Mood, Share
from core.prediction import Prediction, Reason
from core.settings import Settings
from store.database import Database
from store.opening import Store
from store.tables.people import ProfileRow

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHURN = Prediction("churn", 1 / 3, "probability", NOON, "churn@1", 0.2, 0.5, (Reason("days", "12", -0.25),))
LATER = replace(CHURN, value=0.75, as_of=NOON + timedelta(days=7))
VALUE = Prediction("value-365d", 81.5, "EUR", NOON, "value@1")


@pytest.fixture
def shop(store: Store) -> Store:
    store.customers.put([Customer("ann"), Customer("bob")])
    return store


def test_the_latest_prediction_of_each_name_is_told_up_to_a_moment(shop: Store) -> None:
    shop.predictions.add({"ann": [LATER, CHURN, VALUE], "bob": [CHURN]})
    assert shop.predictions.latest() == {"ann": (LATER, VALUE), "bob": (CHURN,)}
    assert shop.predictions.latest(customer_id="bob") == {"bob": (CHURN,)}
    assert shop.predictions.latest(until=NOON) == {"ann": (CHURN, VALUE), "bob": (CHURN,)}
    assert shop.predictions.latest(until=NOON - timedelta(seconds=1)) == {}


def test_the_latest_cluster_is_told_up_to_a_moment(shop: Store) -> None:
    shop.clusters.add({"ann": "hikers"}, NOON)
    shop.clusters.add({"ann": "climbers"}, NOON + timedelta(days=7))
    assert shop.clusters.latest() == {"ann": "climbers"}
    assert shop.clusters.latest(until=NOON) == {"ann": "hikers"}
    assert shop.clusters.latest(customer_id="bob") == {}


def test_strangers_are_refused(shop: Store) -> None:
    with pytest.raises(NotFound, match="nobody"):
        shop.predictions.add({"nobody": [CHURN]})
    with pytest.raises(NotFound, match="nobody"):
        shop.clusters.add({"nobody": "hikers"}, NOON)


def test_a_whole_profile_comes_back_with_what_was_found_since(shop: Store) -> None:
    drawn = CustomerProfile(
        "ann",
        total_spent=Decimal("98.10"),
        as_of=NOON,
        rfm=(5, 4, 3),
        favourite_brands=("Fen",),
        channels=(Share("web", 3, 0.75),),
        moods=(Mood("2026-04", "chats", -0.5, 2),),
        loyalty=0.123,
        consents=(Consent("email", True, NOON, "checkout"),),
    )
    shop.profiles.put([drawn, CustomerProfile("bob")])
    assert shop.profiles.get("ann") == drawn
    shop.predictions.add({"ann": [LATER]})
    shop.clusters.add({"ann": "hikers"}, NOON)
    found = replace(drawn, predictions=(LATER,), cluster="hikers")
    assert shop.profiles.get("ann") == found
    assert list(shop.profiles.all()) == [found, CustomerProfile("bob")]


def test_a_row_of_an_older_version_is_read(shop: Store, settings: Settings) -> None:
    old = asdict(CustomerProfile("ann", "zh", "loyal", ("tents",), order_count=2))
    kept = list(old)[:11]
    content = {name: old[name] for name in kept} | {"total_spent": "9.50"}
    database = Database(settings.database)
    with database.write() as session:
        session.add(ProfileRow(customer_id="ann", content=content))
    database.close()
    assert shop.profiles.get("ann") == CustomerProfile(
        "ann", "zh", "loyal", ("tents",), order_count=2, total_spent=Decimal("9.50")
    )
