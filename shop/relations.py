"""What a row says of other rows: its customer must be there, and nobody who was erased comes back by an old export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from core.customer import Consent, Customer, Review
from shop.fields import Fields
from store.opening import Store

NEEDS_CUSTOMER = {"orders", "events"}


class Relations:
    """The checks of one load against the store and against what the load has taken so far."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._erased = store.erased()

    def checked(self, row: Fields, clean: Any, loaded: Mapping[str, Customer]) -> Any:
        """The row's dataclass, or `RowRefused`. A review whose customer is unknown is kept without."""
        customer_id = clean.id if row.kind == "customers" else getattr(clean, "customer_id", None)
        if customer_id is None:
            return clean
        if customer_id in self._erased:
            raise row.refused("id" if row.kind == "customers" else "customer_id", "[erased]", "this person was erased")
        if row.kind == "customers" or customer_id in loaded or customer_id in self._known:
            return clean
        if row.kind in NEEDS_CUSTOMER:
            raise row.refused("customer_id", customer_id, "no such customer")
        row.mend("customer_id", customer_id, "no such customer: left out")
        return replace(clean, customer_id=None) if isinstance(clean, Review) else clean

    def with_consents(self, customer: Customer, given: list[tuple[Consent, bool]]) -> Customer:
        """The customer with the mapping's consents. One without a date of its own is recorded once: a second load
        must not talk over a customer who has said no since."""
        said = {(consent.channel, consent.source) for consent in self._recorded.get(customer.id, ())}
        fresh = [consent for consent, dated in given if dated or (consent.channel, consent.source) not in said]
        return replace(customer, consents=(*customer.consents, *fresh))

    @cached_property
    def _known(self) -> set[str]:
        return self._store.customers.ids()

    @cached_property
    def _recorded(self) -> Mapping[str, tuple[Consent, ...]]:
        return self._store.customers.consents()
