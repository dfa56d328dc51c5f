from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.audience import select, why_not
from campaigns.contexts import address, context_hash
from campaigns.spec import parse_campaign
from core.customer import Consent, Customer, CustomerProfile
from core.errors import NotFound
from core.shop import Product

NOW = datetime(2026, 3, 1, tzinfo=UTC)
T = TypeVar("T")
TENT = Product("TENT-2", {"en": "Ridge tent", "zh": "山脊帐篷"}, price=Decimal("79"), currency="USD")


@dataclass
class Shelf(Generic[T]):
    items: Sequence[T]

    def all(self) -> Iterator[T]:
        return iter(self.items)


def customer(name: str, *said: bool, email: str | None = "a@example.com", language: str = "en") -> Customer:
    consents = tuple(Consent("email", yes, NOW + timedelta(days=day), "test") for day, yes in enumerate(said))
    return Customer(name, first_name=name.title(), email=email, language=language, consents=consents)


def test_each_exclusion_has_its_reason() -> None:
    people = [customer("ann", True), customer("bob"), customer("cy", True, False), customer("di", True, email=None)]
    chosen = select(parse_campaign({"name": "a", "goal": "b"}), Shelf(people), Shelf([]))
    assert [one.customer.id for one in chosen.recipients] == ["ann"]
    assert chosen.excluded == {
        "never consented to e-mail": 1,
        "consent to e-mail withdrawn": 1,
        "no e-mail address": 1,
    }


def test_those_not_addressed_are_not_excluded_but_absent() -> None:
    people = [customer("ann", True), customer("bob", True), customer("li", True, language="zh")]
    profiles = [CustomerProfile("ann", segment="loyal"), CustomerProfile("bob", segment="lost")]
    spec = parse_campaign({"name": "a", "goal": "b", "audience": {"segments": ["loyal"], "languages": ["en"]}})
    chosen = select(spec, Shelf(people), Shelf(profiles))
    assert [one.customer.id for one in chosen.recipients] == ["ann"]
    assert chosen.excluded == {}


@given(st.lists(st.booleans(), max_size=6))
def test_only_the_latest_word_counts_and_silence_is_no_consent(said: list[bool]) -> None:
    assert (why_not(customer("ann", *said)) is None) == (bool(said) and said[-1])


def test_equal_contexts_share_a_hash_and_own_slots_differ() -> None:
    people = [customer("ann", True), customer("bob", True)]
    spec = parse_campaign({"name": "a", "goal": "b", "offer": "10 % off"})
    recipients = select(spec, Shelf(people), Shelf([])).recipients
    shared, _ = address(spec, recipients, lambda profile: TENT, "context")
    alone, _ = address(spec, recipients, lambda profile: TENT, "recipient")
    assert len({context_hash(one.context) for one in shared}) == 1
    assert len({context_hash(one.context) for one in alone}) == 2
    assert [one.slots["first_name"] for one in shared] == ["Ann", "Bob"]
    assert shared[0].slots["price"] == "$79.00"
    assert shared[0].slots["offer"] == "10 % off"


def test_a_slot_that_would_be_empty_is_not_promised_to_the_prompt() -> None:
    spec = parse_campaign({"name": "a", "goal": "b"})
    recipients = select(spec, Shelf([customer("ann", True)]), Shelf([])).recipients
    (one,), _ = address(spec, recipients, lambda profile: TENT, "context")
    assert set(one.context.slots) == {"first_name", "product", "price"}


def test_a_misspelt_customer_is_named() -> None:
    spec = parse_campaign({"name": "a", "goal": "b", "audience": {"customers": ["ann", "bbo"]}})
    with pytest.raises(NotFound, match="bbo"):
        select(spec, Shelf([customer("ann", True), customer("bob", True)]), Shelf([]))


def test_nobody_is_written_to_about_nothing() -> None:
    spec = parse_campaign({"name": "a", "goal": "b"})
    recipients = select(spec, Shelf([customer("ann", True)]), Shelf([])).recipients
    addressed, without = address(spec, recipients, lambda profile: None, "context")
    assert addressed == []
    assert len(without) == 1


def test_a_cluster_and_a_rule_narrow_the_audience() -> None:
    people = [customer("ann", True), customer("bob", True), customer("cy", True)]
    profiles = [CustomerProfile(one, cluster=name) for one, name in (("ann", "cluster-1"), ("bob", "cluster-1"))]
    asked: list[str] = []

    def fits(rule: str) -> list[str]:
        asked.append(rule)
        return ["ann", "cy"]

    spec = parse_campaign({"name": "a", "goal": "b", "audience": {"clusters": ["cluster-1"], "rule": "orders > 2"}})
    chosen = select(spec, Shelf(people), Shelf(profiles), fits)
    assert ([one.customer.id for one in chosen.recipients], asked) == (["ann"], ["orders > 2"])


def test_a_cluster_that_was_never_found_is_named() -> None:
    spec = parse_campaign({"name": "a", "goal": "b", "audience": {"clusters": ["cluster-9"]}})
    with pytest.raises(NotFound, match=r"cluster-9.*one of cluster-1"):
        select(spec, Shelf([customer("ann", True)]), Shelf([CustomerProfile("ann", cluster="cluster-1")]))
