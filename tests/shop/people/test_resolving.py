"""The same person is found by e-mail, card, telephone, device; who may be two is only suggested; all can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core.customer import Consent, Customer, Event, Order, OrderLine, Review
from core.settings import Settings
from core.shop import Brand
from shop.people.keys import e164
from shop.people.resolving import find_people, resolve, resolve_people
from store.opening import Store, open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def opened(home: Settings) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


def _pairs(*customers: Customer, country: str = "US") -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    found = resolve(customers, country=country)
    merges = [(one.one, one.other, one.key) for one in found.merges]
    return merges, [(one.one, one.other, one.against) for one in found.suggestions]


ANN = Customer("a", "Ann", "Lee", "Ann.Lee@example.org", "(303) 555-0100")


@pytest.mark.parametrize(
    ("other", "key"),
    [
        (Customer("b", email="ann.lee@EXAMPLE.org"), "email"),
        (Customer("b", "A.", "LEE", phone="+1 303 555 0100"), "phone"),
        (Customer("b", "Ann", "Smith", phone="001 303-555-0100"), "phone"),
    ],
)
def test_one_person_is_found_by_what_only_they_have(other: Customer, key: str) -> None:
    assert _pairs(ANN, other) == ([("a", "b", key)], [])


def test_cards_devices_and_cookies_stand_among_the_attributes() -> None:
    parts = [
        Customer("a", attributes={"loyalty_card": "77 12-34", "cookie": "x9f21|x9f22"}),
        Customer("b", attributes={"loyalty_card": "771234"}),
        Customer("c", attributes={"cookie": "x9f22"}),
    ]
    assert _pairs(*parts) == ([("a", "b", "loyalty_card"), ("a", "c", "cookie")], [])


def test_a_household_is_not_one_person() -> None:
    bob = Customer("b", "Bob", "Lee", phone="+13035550100")
    stranger = Customer("c", "Zoe", "Ray", "ann.lee@example.org")
    assert _pairs(ANN, bob) == ([], [("a", "b", "different first names, and a phone is often shared")])
    assert _pairs(ANN, stranger) == ([], [("a", "c", "different first and last names")])
    crowd = [Customer(f"c{at}", phone="+13035550100") for at in range(5)]
    assert resolve(crowd).common == 1
    assert not resolve(crowd).merges


def test_a_nameless_record_does_not_make_two_people_one() -> None:
    nameless = Customer("b", email="ann.lee@example.org", phone="+13035550199")
    zoe = Customer("c", "Zoe", "Ray", phone="+13035550199")
    merges, suggestions = _pairs(ANN, nameless, zoe)
    assert merges == [("a", "b", "email")]
    assert suggestions == [("b", "c", "different first and last names")]


def test_a_number_without_its_country_is_one_of_the_shops_or_no_key() -> None:
    assert e164("(303) 555-0100", "us") == "+13035550100"
    assert e164("(303) 555-0100") is None
    assert e164("none", "US") is None


def _fill(store: Store) -> None:
    store.shop.set_brand(Brand("Fellway", country="US"))
    yes, no = Consent("email", True, NOON, "checkout"), Consent("email", False, NOON - timedelta(days=9), "counter")
    store.customers.put(
        [
            Customer("web", "Ann", "", "ann@example.org", consents=(yes,), created=NOON),
            Customer(
                "counter",
                "",
                "Lee",
                "ANN@example.org",
                "303 555 0100",
                consents=(no,),
                created=NOON - timedelta(days=9),
            ),
            Customer("zoe", "Zoe", "Ray", "zoe@example.org", consents=(yes,)),
        ]
    )
    store.orders.put(
        [Order(f"o-{one}", one, (OrderLine("T", "Tent"),), placed=NOON) for one in ("web", "counter", "zoe")]
    )
    store.events.append([Event("web", "view", NOON, "T"), Event("counter", "visit", NOON)])
    store.shop.put_reviews([Review("r1", "Good", "T", "web", 5.0)])


def test_all_that_a_merged_person_did_is_one_customers_and_can_be_told_apart_again(opened: Store) -> None:
    _fill(opened)
    assert len(find_people(opened).merges) == 1
    assert [(one.one, one.other, one.key) for one in resolve_people(opened).merges] == [("counter", "web", "email")]
    assert resolve_people(opened).merges == ()
    [merge] = opened.merges.all()
    assert merge.evidence == ("a***@example.org",)

    for asked in ("web", "counter"):
        person = opened.customers.get(asked)
        assert (person.id, person.first_name, person.last_name, person.phone) == (
            "counter",
            "Ann",
            "Lee",
            "303 555 0100",
        )
        assert {order.id for order in opened.orders.of(asked)} == {"o-web", "o-counter"}
        assert len(opened.events.of(asked)) == 2
    assert [customer.id for customer in opened.customers.all()] == ["counter", "zoe"]
    assert {order.customer_id for order in opened.orders.all()} == {"counter", "zoe"}
    assert set(opened.orders.lines()["customer_id"]) == {"counter", "zoe"}
    assert set(opened.events.scan().collect()["customer_id"]) == {"counter"}
    assert [review.customer_id for review in opened.shop.reviews()] == ["counter"]

    opened.merges.undo(merge.id)
    assert [customer.id for customer in opened.customers.all()] == ["counter", "web", "zoe"]
    assert [order.id for order in opened.orders.of("web")] == ["o-web"]
    assert opened.shop.reviews()[0].customer_id == "web"
    assert [one.against for one in resolve_people(opened).suggestions] == ["told apart by hand"]


def test_the_stricter_consent_holds_until_the_whole_person_says_otherwise(opened: Store) -> None:
    _fill(opened)
    assert opened.customers.get("web").consents_to("email") == Consent("email", True, NOON, "checkout")
    resolve_people(opened)
    said = opened.customers.get("web").consents_to("email")
    assert said is not None
    assert not said.granted
    later = datetime.now(UTC) + timedelta(seconds=1)
    opened.consents.add("web", Consent("email", True, later, "preferences"))
    assert opened.customers.get("counter").consents_to("email") == Consent("email", True, later, "preferences")


def test_to_forget_one_part_is_to_forget_the_person(opened: Store, home: Settings) -> None:
    _fill(opened)
    resolve_people(opened)
    erasure = opened.erase("web")
    assert (erasure.counts["customers"], erasure.counts["orders"], erasure.counts["events"]) == (2, 2, 2)
    assert opened.customers.ids() == {"zoe"}
    assert opened.merges.all() == []
    assert "web" in opened.erased()
    assert "counter" in opened.erased()
    opened.close()
    for trace in (b"ann@example.org", b"o-counter", b"a***@"):
        assert [path for path in home.home.rglob("*") if path.is_file() and trace in path.read_bytes()] == []
