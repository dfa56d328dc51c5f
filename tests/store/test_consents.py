"""Consents said one at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.customer import Consent, Customer
from core.errors import Conflict, NotFound
from store.opening import Store

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
YES = Consent("email", True, AT, "checkout")


def test_a_consent_is_added_once(store: Store) -> None:
    store.customers.put([Customer("ann")])
    store.consents.add("ann", YES)
    store.consents.add("ann", YES)
    later = Consent("email", False, AT + timedelta(days=1), "letter")
    store.consents.add("ann", later)
    assert store.customers.get("ann").consents == (YES, later)


def test_a_yes_and_a_no_of_one_moment_contradict_each_other(store: Store) -> None:
    store.customers.put([Customer("ann", consents=(YES,))])
    no = Consent("email", False, AT, "letter")
    for refused in (lambda: store.consents.add("ann", no), lambda: store.consents.check("ben", [YES, no])):
        with pytest.raises(Conflict, match="later moment"):
            refused()
    store.consents.check("ann", [YES, Consent("sms", False, AT, "letter")])
    assert store.customers.get("ann").consents == (YES,)


def test_what_is_to_come_and_who_is_unknown_are_refused(store: Store) -> None:
    store.customers.put([Customer("ann")])
    with pytest.raises(Conflict, match="has come"):
        store.consents.add("ann", Consent("email", True, datetime.now(UTC) + timedelta(hours=1), "checkout"))
    with pytest.raises(NotFound, match="ben"):
        store.consents.add("ben", YES)
