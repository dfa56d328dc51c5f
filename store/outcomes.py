"""What came of the texts: an opened mail, a click, an order. Few, fresh and joined to generations; hence rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from store.database import Database
from store.tables.people import OutcomeRow

HELD_OUT = "held-out"
"""the kind that says: left out of the campaign by chance, so that its effect can be told"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that happened after a text was shown. `id` is the reporter's, so that a report may come twice."""

    id: str
    kind: str
    """`open`, `click`, `order`, `unsubscribe` ..., or `held-out`"""
    at: datetime
    value: float = 1.0
    """what it is worth in ranking texts: 1 for a click, or the order's amount"""
    generation_key: str | None = None
    campaign: str | None = None
    customer_id: str | None = None


class OutcomeBook:
    """The repository behind `Store.outcomes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Keep what is new by id."""
        rows = [
            {
                "id": outcome.id,
                "kind": outcome.kind,
                "at": outcome.at,
                "value": outcome.value,
                "generation_key": outcome.generation_key,
                "campaign": outcome.campaign,
                "customer_id": outcome.customer_id,
            }
            for outcome in outcomes
        ]
        with self._database.write() as session:
            self._database.insert_new(session, OutcomeRow, rows)

    def of(self, campaign: str) -> list[Outcome]:
        """A campaign's outcomes, oldest first."""
        wanted = select(OutcomeRow).where(OutcomeRow.campaign == campaign).order_by(OutcomeRow.at, OutcomeRow.id)
        with self._database.read() as session:
            return [
                Outcome(row.id, row.kind, row.at, row.value, row.generation_key, row.campaign, row.customer_id)
                for row in session.scalars(wanted)
            ]
