"""Consents, said one at a time: a yes or a no is added to a customer's history, and contradicts nothing said before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from core.customer import Consent
from core.errors import Conflict, NotFound
from store.database import Database
from store.tables.people import ConsentRow, CustomerRow

CLOCKS_DIFFER = timedelta(minutes=5)
"""how far the clock of whoever tells us may be ahead of ours"""


class ConsentBook:
    """The repository behind `Store.consents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, customer_id: str, consent: Consent) -> None:
        """Record it; the same one again changes nothing. Raises `NotFound`, and `Conflict` as `check` does."""
        row = {
            "customer_id": customer_id,
            "channel": consent.channel,
            "at": consent.at,
            "granted": consent.granted,
            "source": consent.source,
        }
        with self._database.write() as session:
            if session.get(CustomerRow, customer_id) is None:
                raise NotFound("customer", customer_id, "a customer of this shop")
            _refuse_contradictions(session, customer_id, [consent])
            self._database.insert_new(session, ConsentRow, [row])

    def check(self, customer_id: str, consents: Iterable[Consent]) -> None:
        """Raise `Conflict` where one is of a time to come, or a yes and a no would be of the same moment: which of them
        is in force could not be told."""
        with self._database.read() as session:
            _refuse_contradictions(session, customer_id, consents)


def _refuse_contradictions(session: Session, customer_id: str, consents: Iterable[Consent]) -> None:
    latest = datetime.now(UTC) + CLOCKS_DIFFER
    said: dict[tuple[str, datetime], bool] = {}
    for consent in consents:
        if consent.at > latest:
            # It would outrank whatever the customer says until then.
            raise Conflict("at", consent.at.isoformat(), "a moment that has come")
        recorded = session.get(ConsentRow, (customer_id, consent.channel, consent.at))
        before = said.setdefault((consent.channel, consent.at), recorded.granted if recorded else consent.granted)
        if before is not consent.granted:
            raise Conflict("granted", consent.granted, f"{before}, as was said of this moment", "give a later moment")
