"""What a row says of other rows: its customer must be there, and nobody who was erased comes back by an old export."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.customer import Consent, Customer, Review
from shop.acts import SpokenTurn
from shop.fields import Fields
from store.opening import Store

if TYPE_CHECKING:
    import polars as pl

NEEDS_CUSTOMER = {"orders", "events"}


class Relations:
    """The checks of one load against the store and against what the load has taken so far."""

    def __init__(self, store: Store, currency: str | None = None) -> None:
        """`currency`: the shop's, where it is known."""
        self._store = store
        self._currency = currency
        self._erased = store.erased()

    def checked(self, row: Fields, clean: Any, loaded: Container[str]) -> Any:
        """The row's dataclass, or `RowRefused`. A review whose customer is unknown is kept without."""
        foreign = getattr(clean, "currency", None)
        if foreign and self._currency and foreign != self._currency:
            row.mend("currency", foreign, f"the shop's is {self._currency}: kept, and left out of its sums")
        customer_id = clean.id if row.kind == "customers" else getattr(clean, "customer_id", None)
        if customer_id is None:
            return clean
        if customer_id in self._erased:
            raise row.refused("id" if row.kind == "customers" else "customer_id", "[erased]", "this person was erased")
        if row.kind == "customers":
            _refuse_consents_to_come(row, clean)
        if row.kind == "customers" or customer_id in loaded or customer_id in self.known:
            return clean
        if row.kind in NEEDS_CUSTOMER:
            raise row.refused("customer_id", customer_id, "no such customer")
        row.mend("customer_id", customer_id, "no such customer: left out")
        return replace(clean, customer_id=None) if isinstance(clean, (Review, SpokenTurn)) else clean

    def with_consents(self, customer: Customer, given: list[tuple[Consent, bool]]) -> Customer:
        """The customer with the mapping's consents. One without a date of its own is recorded once: a second load
        must not talk over a customer who has said no since."""
        said = {(consent.channel, consent.source) for consent in self._recorded.get(customer.id, ())}
        fresh = [consent for consent, dated in given if dated or (consent.channel, consent.source) not in said]
        return replace(customer, consents=(*customer.consents, *fresh))

    def are_erased(self, customer_ids: pl.Series) -> pl.Series:
        """Of a column of ids, which belong to somebody who was erased; each distinct one is asked of once."""
        import polars as pl

        gone = (
            [one for one in customer_ids.drop_nulls().unique() if one in self._erased] if self._erased.subjects else []
        )
        return customer_ids.is_in(pl.Series(gone, dtype=pl.String).implode())

    @cached_property
    def known(self) -> set[str]:
        """The ids of all customers in the store."""
        return self._store.customers.ids()

    @cached_property
    def _recorded(self) -> Mapping[str, tuple[Consent, ...]]:
        return self._store.customers.consents()


def _refuse_consents_to_come(row: Fields, customer: Customer) -> None:
    for at, consent in enumerate(customer.consents):
        if row.is_future(consent.at):
            why = "in the future: it would outrank what the customer says until then"
            raise row.refused(f"consents.{at}.at", consent.at.isoformat(), why)
