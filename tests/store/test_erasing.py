"""After an erasure no file of the store holds a byte of that person; everybody else keeps everything."""

from __future__ import annotations

import multiprocessing
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.synchronize import Event as Flag
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.customer import Consent, Customer, CustomerProfile, Event, Order, OrderLine, Review
from core.facts import Citation, Conditioning
from core.generation import Generation, Sampling
from core.mail import EmailDraft
from core.prediction import Prediction
from core.settings import Settings, load_settings
from core.support import SupportAnswer, SupportQuestion
from store.erasing import without_id
from store.opening import Store, open_store
from store.outcomes import Outcome
from tests.postgresql import PostgresServer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN, BOB = "ann_lee_4711", "bob_ray_1234"
TRACES = {
    ANN: ("ann_lee_4711", "Annabelle", "Leeuwenhoek", "ann.lee@example.org", "+13035550100", "Sunset Drive", "安娜"),
    BOB: ("bob_ray_1234",),
}


def _fill(store: Store, one: str, name: str) -> None:
    """Everything that the store can hold of a person."""
    first, last, email, phone, street, chinese = TRACES[ANN][1:] if one == ANN else (name,) * 6
    consent = Consent("email", True, NOON, "checkout")
    store.customers.put(
        [Customer(one, first, last, email, phone, street, attributes={"nick": chinese}, consents=(consent,))]
    )
    store.orders.put([Order(f"#{one}", one, (OrderLine("P1", "Tent", options={"engraving": chinese}),))])
    store.profiles.put([CustomerProfile(one)])
    store.predictions.add({one: [Prediction("churn", 0.5, "probability", NOON, "m")]})
    store.clusters.add({one: "night owls"}, NOON)
    store.events.append([Event(one, "view", NOON, "P1"), Event(one, "cart", NOON.replace(month=4), "P1")])
    reviews = [Review(f"r-{name}", f"{first} liked it", "P1", one, 5.0), Review(f"r-{one}", "again", "P1", one, 4.0)]
    store.shop.put_reviews(reviews)
    talk = store.conversations.start(one, "en")
    cited = (Citation(f"order:#{one}", street),)
    answer = SupportAnswer(f"Dear {first}", "answer", "", cited, Conditioning(), (), talk, None, None, 1.0, 1.0)
    store.conversations.add_turn(talk, SupportQuestion(f"I am {first} {last}, {email}", one), answer)
    made = Generation(
        f"k-{name}", 0, "support", "p", "m", None, Sampling(), first, "stop", 1.0, 3, {"q": email}, customer_id=one
    )
    store.generations.add([made, replace(made, key=f"shared-{name}", inputs={}, customer_id=None, text="Hi")])
    store.drafts.put(
        [EmailDraft("spring", one, "h", first, last, email, {"first_name": first}, Conditioning(), (), "k")]
    )
    store.outcomes.add([Outcome(f"o-{name}", "click", NOON, customer_id=one, campaign="spring")])


def _files_with(home: Path, trace: str) -> list[str]:
    needle = trace.encode("utf-8")
    return [str(path) for path in home.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_no_byte_stays_and_nobody_else_loses_anything(sqlite_store: Store, home: Settings) -> None:
    _fill(sqlite_store, ANN, "a")
    _fill(sqlite_store, BOB, "b")
    sqlite_store.jobs.add("mail", {"to": [ANN, BOB], "note": f"first {ANN}, then {BOB}"}, f"mail-to {ANN}")
    assert _files_with(home.home, ANN)

    erasure = sqlite_store.erase(ANN)

    assert erasure.clean
    assert erasure.counts == {
        "events": 2,
        "reviews": 2,
        "jobs": 1,
        "consents": 1,
        "orders": 1,
        "profiles": 1,
        "predictions": 1,
        "clusters": 1,
        "conversations": 1,
        "generations": 1,
        "drafts": 1,
        "outcomes": 1,
        "customers": 1,
    }
    for trace in TRACES[ANN]:
        assert _files_with(home.home, trace) == []
    assert sqlite_store.customers.find_by_email("ann.lee@example.org") is None
    bobs = sqlite_store.customers.get(BOB)
    assert bobs.first_name == "b"
    assert bobs.consents_to("email") is not None
    assert len(sqlite_store.events.of(BOB)) == 2
    assert len(sqlite_store.orders.of(BOB)) == 1
    assert sqlite_store.drafts.customer_ids("spring") == {BOB}
    assert sqlite_store.generations.count() == 3
    job = sqlite_store.jobs.claim(["mail"], 60)
    assert job is not None
    assert job.payload == {"to": [BOB], "note": f"first [erased], then {BOB}"}


def test_postgresql_rewrites_its_tables_without_the_person(home: Settings, postgresql: PostgresServer) -> None:
    store = open_store(load_settings(database_url=postgresql.database()))
    _fill(store, ANN, "a")
    _fill(store, BOB, "b")
    assert store.erase(ANN).clean
    store.close()
    postgresql.run("CHECKPOINT")
    tables = postgresql.folder / "data" / "base"
    assert _files_with(tables, BOB)
    assert _files_with(tables, ANN) == []


def test_a_review_keeps_its_stars_without_its_words(store: Store) -> None:
    _fill(store, ANN, "a")
    store.erase(ANN)
    assert store.shop.counts()["reviews"] == 1  # the other one's id named its writer
    assert store.shop.reviews() == []


def test_the_record_of_an_erasure_says_when_and_not_who(store: Store) -> None:
    _fill(store, ANN, "a")
    assert store.erased_at(ANN) is None
    erasure = store.erase(ANN)
    assert store.erased_at(ANN) == erasure.at
    assert store.erased_at(BOB) is None


def test_a_second_erasure_finds_nothing(store: Store) -> None:
    _fill(store, ANN, "a")
    first = store.erase(ANN)
    again = store.erase(ANN)
    assert set(again.counts.values()) == {0}
    assert store.erased_at(ANN) == first.at


def test_turns_and_lines_go_with_what_they_belong_to(sqlite_store: Store, home: Settings) -> None:
    _fill(sqlite_store, ANN, "a")
    sqlite_store.erase(ANN)
    assert sqlite_store.shop.counts() | {"reviews": 0} == dict.fromkeys(sqlite_store.shop.counts(), 0)
    assert _files_with(home.home, "Tent") == []  # the only order's only line


def _read_for_long(home: str, ready: Flag, done: Flag) -> None:
    reader = sqlite3.connect(f"{home}/hawker.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM customers").fetchone()
    ready.set()
    done.wait(60)


def test_a_reader_that_keeps_the_old_pages_is_reported(
    sqlite_store: Store, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(sqlite_store, ANN, "a")
    sqlite_store.close()
    monkeypatch.setattr("store.connecting.PRAGMAS", ("PRAGMA busy_timeout=100", "PRAGMA foreign_keys=ON"))
    impatient = open_store(home)
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    reader = context.Process(target=_read_for_long, args=(str(home.home), ready, done))
    reader.start()
    try:
        assert ready.wait(30)
        assert not impatient.erase(ANN).clean
    finally:
        done.set()
        reader.join()
    assert impatient.erase(ANN).clean
    assert _files_with(home.home, ANN) == []
    impatient.close()


@given(st.recursive(st.none() | st.integers() | st.text() | st.just(ANN), lambda inner: st.lists(inner)))
def test_no_json_keeps_the_id(value: object) -> None:
    assert ANN not in str(without_id({"payload": value, ANN: value}, ANN))


def test_an_id_inside_another_is_not_touched() -> None:
    assert without_id({"to": ["c1", "c12", "xc1"], "note": "c1 and c12"}, "c1") == {
        "to": ["c12", "xc1"],
        "note": "[erased] and c12",
    }
