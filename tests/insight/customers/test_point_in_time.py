"""A profile as of a day never sees later data: whatever a shop's life, a shop that ended that day has the same one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.customer import Consent, Customer, CustomerProfile, Event, Order, OrderLine, Review
from core.prediction import Prediction
from core.settings import Settings, load_settings
from core.shop import Product
from insight.customers.profiles import build_profiles
from store.columns import Sealed
from store.database import Database
from store.opening import Store, open_store
from store.tables.texts import ConversationRow, TurnRow

THEN = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cat")
GOODS = {"tent": ("tents", "Fen"), "mug": ("kitchen", "Moor"), "rope": ("climbing", "Fen")}


@dataclass(frozen=True)
class Doing:
    """One thing of any kind that happened `days` after THEN; negative: before. None: nobody knows when."""

    kind: str
    who: str
    days: int | None
    what: str
    value: int

    @property
    def at(self) -> datetime | None:
        return None if self.days is None else THEN + timedelta(days=self.days)


def doings() -> st.SearchStrategy[list[Doing]]:
    dated = ("consent", "event", "turn", "prediction", "cluster", "created")
    days = st.integers(-400, 300)
    undatable = st.builds(
        Doing, st.sampled_from(("order", "review")), st.sampled_from(PEOPLE), days | st.none(),
        st.sampled_from(list(GOODS)), st.integers(1, 5),
    )  # fmt: skip
    datable = st.builds(
        Doing, st.sampled_from(dated), st.sampled_from(PEOPLE), days, st.sampled_from(list(GOODS)), st.integers(1, 5)
    )
    return st.lists(undatable | datable, max_size=30)


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the products and nobody; copied for each example, for making its tables takes the longest."""
    home = tmp_path_factory.mktemp("empty") / "home"
    store = open_store(load_settings(home=home))
    goods = GOODS.items()
    store.shop.put_products([Product(id, {"en": id}, category=(kind,), brand=brand) for id, (kind, brand) in goods])
    store.customers.put([Customer(one) for one in PEOPLE])
    store.close()
    return home


def life(happened: list[Doing]) -> dict[str, Doing]:
    """By an id, which a shorter life shall give to the same doings; nobody comes to a shop for the first time twice."""
    came: set[str] = set()
    kept = {}
    for number, one in enumerate(happened):
        if one.kind != "created" or one.who not in came:
            kept[f"{number:03}"] = one
        came |= {one.who} if one.kind == "created" else set()
    return kept


def profiles(empty: Path, happened: dict[str, Doing], as_of: datetime) -> list[CustomerProfile]:
    with TemporaryDirectory() as folder:
        home = load_settings(home=Path(shutil.copytree(empty, Path(folder) / "home")))
        store = open_store(home)
        for kind, make in MAKERS.items():
            make(store, home, {number: one for number, one in happened.items() if one.kind == kind})
        drawn = build_profiles(store, None, as_of)
        store.close()
    return drawn


Doings = dict[str, Doing]
"""by id, all of one kind: each kind is written in one transaction, for those are slow on a busy disk"""


def _orders(store: Store, home: Settings, told: Doings) -> None:
    def order(id: str, one: Doing) -> Order:
        line = OrderLine(one.what, one.what.title(), one.value, Decimal(10 * one.value))
        return Order(id, one.who, (line,), "returned" if one.value == 5 else "delivered", one.at)

    store.orders.put([order(id, one) for id, one in told.items()])


def _reviews(store: Store, home: Settings, told: Doings) -> None:
    store.shop.put_reviews(
        [Review(id, "so so", one.what, one.who, float(one.value), at=one.at) for id, one in told.items()]
    )


def _events(store: Store, home: Settings, told: Doings) -> None:
    store.events.append([Event(one.who, "cart", at, one.what, 1, "web") for one in told.values() if (at := one.at)])


def _turns(store: Store, home: Settings, told: Doings) -> None:
    """Straight into the tables: the desk dates a turn by its own clock."""
    database, sealed = Database(home.database), Sealed(b"")
    with database.write() as session:
        for id, one in told.items():
            session.add(ConversationRow(id=id, customer_id=one.who, language="en", started=one.at))
            session.flush()
            read = {"intent": one.what, "sentiment": "negative" if one.value < 3 else "positive"}
            session.add(
                TurnRow(
                    conversation_id=id,
                    number=1,
                    at=one.at,
                    conditioned_on=read,
                    action="answer",
                    sources=[],
                    seconds=1.0,
                    first_text_seconds=1.0,
                    question=sealed,
                    answer=sealed,
                    detail=sealed,
                )
            )
    database.close()


def _people(store: Store, home: Settings, told: Doings) -> None:
    store.customers.put([replace(store.customers.get(one.who), created=one.at) for one in told.values()])


def _consents(store: Store, home: Settings, told: Doings) -> None:
    def yes(one: Doing) -> Consent:
        assert one.at is not None
        return Consent("email" if one.value > 2 else "sms", one.value % 2 == 0, one.at, "checkout")

    said = {who: tuple(yes(one) for one in told.values() if one.who == who) for who in PEOPLE}
    store.customers.put([replace(store.customers.get(who), consents=said[who]) for who in PEOPLE])


def _predictions(store: Store, home: Settings, told: Doings) -> None:
    def foretold(one: Doing) -> Prediction:
        assert one.at is not None
        return Prediction(one.what, one.value / 5, "probability", one.at, "m@1")

    latest = {(one.who, one.what, one.at): foretold(one) for one in told.values()}
    store.predictions.add({who: [made for (of, *_), made in latest.items() if of == who] for who in PEOPLE})


def _clusters(store: Store, home: Settings, told: Doings) -> None:
    for one in told.values():
        assert one.at is not None
        store.clusters.add({one.who: one.what}, one.at)


MAKERS = {
    "order": _orders,
    "review": _reviews,
    "event": _events,
    "turn": _turns,
    "created": _people,
    "consent": _consents,
    "prediction": _predictions,
    "cluster": _clusters,
}


@given(happened=doings())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_profile_of_a_day_is_that_of_a_shop_that_ended_then(empty_home: Path, happened: list[Doing]) -> None:
    whole = life(happened)
    past = {number: one for number, one in whole.items() if one.days is not None and one.days <= 0}
    drawn = profiles(empty_home, whole, THEN)
    assert drawn == profiles(empty_home, past, THEN)
    assert [profile.customer_id for profile in drawn] == list(PEOPLE)


def test_every_kind_of_trace_is_seen_in_time(empty_home: Path) -> None:
    """Else the property above could hold of profiles that see nothing."""
    for kind in MAKERS:
        one = Doing(kind, "ann", -3, "tent", 4)
        before, after = (profiles(empty_home, {"1": replace(one, days=days)}, THEN)[0] for days in (3, -3))
        assert before != after, kind
        assert before == CustomerProfile("ann", as_of=THEN)
