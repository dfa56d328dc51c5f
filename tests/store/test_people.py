"""Customers, their consents, orders, profiles and events."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.customer import Consent, Customer, CustomerProfile, Event, Order, OrderLine
from core.errors import HawkerError, NotFound
from core.settings import Settings
from store.events import EventLog
from store.opening import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
YES = Consent("email", True, NOON, "checkout")
ANN = Customer(
    "c1", "Ann", "李", "Ann@Example.org", "+1 (303) 555-0100", "1 Road\nDenver", "zh", {"size": "M"}, (YES,), NOON
)


def test_a_customer_comes_back_and_is_found_by_address_and_number(store: Store) -> None:
    store.customers.put([ANN])
    store.customers.put([ANN])
    assert store.customers.get("c1") == ANN
    assert store.customers.find_by_email(" ann@example.ORG") == ANN
    assert store.customers.find_by_phone("0013035550100") == ANN
    assert store.customers.find_by_email("bob@example.org") is None
    assert store.customers.count() == 1


def test_an_unknown_customer_is_refused_without_naming_others(store: Store) -> None:
    store.customers.put([ANN])
    with pytest.raises(NotFound, match="--customer: got 'c2'") as refused:
        store.customers.get("c2")
    assert "c1" not in str(refused.value)


def test_a_consent_taken_back_survives_a_second_load(store: Store) -> None:
    store.customers.put([ANN])
    no = Consent("email", False, NOON + timedelta(days=1), "unsubscribe")
    store.customers.put([Customer("c1", consents=(no,))])
    store.customers.put([ANN])
    assert store.customers.get("c1").consents == (YES, no)
    assert store.customers.get("c1").consents_to("email") == no


def test_customers_are_read_in_pages_from_where_one_stopped(store: Store) -> None:
    ids = [f"c{number:04}" for number in range(1203)]
    store.customers.put([Customer(one) for one in ids])
    assert [customer.id for customer in store.customers.all()] == ids
    assert [customer.id for customer in store.customers.all(after="c0099", limit=1001)] == ids[100:1101]
    assert store.customers.ids() == set(ids)


def test_orders_come_newest_first_with_their_lines_in_order(store: Store) -> None:
    store.customers.put([ANN])
    lines = (
        OrderLine("P2", "Bag", 2, Decimal("9.50"), "P2-B", {"colour": "blue"}),
        OrderLine("P1", "Tent", 1, Decimal("79.00")),
    )
    old = Order("#W1", "c1", lines, "delivered", NOON, Decimal("98.00"), "USD", ("T1", "T2"))
    new, undated = Order("#W2", "c1", placed=NOON + timedelta(days=2)), Order("#W3", "c1")
    store.orders.put([old, undated, new])
    store.orders.put([old])
    assert store.orders.of("c1") == [new, old, undated]
    assert store.orders.get("#W1") == old
    assert store.orders.get("#W9") is None
    assert list(store.orders.all()) == [old, new, undated]


def test_an_order_of_a_stranger_is_refused_and_nothing_of_the_batch_is_kept(store: Store) -> None:
    store.customers.put([ANN])
    with pytest.raises(NotFound, match="customer: got 'nobody'"):
        store.orders.put([Order("o1", "c1"), Order("o2", "nobody")])
    assert list(store.orders.all()) == []


def test_profiles_come_back(store: Store) -> None:
    store.customers.put([ANN])
    profile = CustomerProfile(
        "c1", "zh", "loyal", ("Tents",), "middle", "positive", 3, Decimal("98.10"), 4, "P1", "Tent"
    )
    store.profiles.put([profile])
    store.profiles.put([profile])
    assert store.profiles.get("c1") == profile
    assert store.profiles.get("c2") is None
    assert list(store.profiles.all()) == [profile]
    with pytest.raises(NotFound, match="nobody"):
        store.profiles.put([CustomerProfile("nobody")])


def test_events_are_kept_by_month_and_appended_once(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    events = [
        Event("c1", "view", NOON - timedelta(days=1), "P1"),
        Event("c1", "cart", NOON, "P1", 2.0, "app"),
        Event("c2", "view", NOON, "P1"),
    ]
    assert log.count() == 0
    assert log.scan().collect().is_empty()
    assert log.append(events) == 3
    assert log.append(events) == 0
    assert sorted(path.parent.name for path in tmp_path.glob("*/*.parquet")) == ["2026-02", "2026-03"]
    assert log.of("c1") == events[:2]
    assert log.forget("c1") == 2
    assert log.of("c1") == []
    assert log.count() == 1
    assert log.forget("c1") == 0


def test_what_a_killed_writer_left_is_cleared_away(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    log.append([Event("c1", "view", NOON)])
    half_written = tmp_path / "2026-03" / "events.new"
    half_written.write_bytes(b"c1 and half of a file")
    log.forget("c1")
    assert not half_written.exists()


def test_an_event_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HawkerError, match="time zone"):
        EventLog(tmp_path).append([Event("c1", "view", NOON.replace(tzinfo=None))])


def test_a_shop_of_ordinary_size_is_written_in_seconds(sqlite_store: Store, home: Settings) -> None:
    started = time.monotonic()
    sqlite_store.customers.put(
        [Customer(f"c{n}", "Ann", "Lee", f"a{n}@example.org", f"+1{n:09}", consents=(YES,)) for n in range(2000)]
    )
    line = OrderLine("P1", "Tent", 1, Decimal("79.00"))
    sqlite_store.orders.put([Order(f"o{n}", f"c{n % 2000}", (line, line), placed=NOON) for n in range(20000)])
    sqlite_store.events.append(
        [Event(f"c{n % 2000}", "view", NOON + timedelta(minutes=n), f"P{n % 60}") for n in range(60000)]
    )
    assert sqlite_store.shop.counts()["events"] == 60000
    assert time.monotonic() - started < 20  # about 2 s on two idle cores
