"""Forgetting one person: their rows, their events, their words, and then the bytes themselves.

Afterwards no file of the store holds their id, name, address or a word of theirs, encrypted or not. What remains is
a record that somebody was erased, under a keyed hash of the id. Vectors and logs belong to other rooms. PostgreSQL's
write-ahead log keeps what it was told until it is recycled.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import HawkerError
from store.database import Database
from store.events import EventLog
from store.people import parts_of
from store.sealing import Vault
from store.tables.people import (
    ClusterRow,
    ConsentRow,
    CustomerRow,
    ErasureRow,
    OrderRow,
    OutcomeRow,
    PredictionRow,
    ProfileRow,
)
from store.tables.shop import ReviewRow
from store.tables.texts import ConversationRow, DraftRow, GenerationRow
from store.tables.work import JobRow

OWNED: Mapping[str, Any] = {
    "consents": ConsentRow.customer_id,
    "orders": OrderRow.customer_id,
    "profiles": ProfileRow.customer_id,
    "predictions": PredictionRow.customer_id,
    "clusters": ClusterRow.customer_id,
    "conversations": ConversationRow.customer_id,
    "generations": GenerationRow.customer_id,
    "drafts": DraftRow.customer_id,
    "outcomes": OutcomeRow.customer_id,
    "customers": CustomerRow.id,
}
"""kind -> the column that says whose a row is; order lines, turns and merges go with their parents"""
ERASED = "[erased]"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What went, by kind; `clean` is False where another process kept the write-ahead log from being emptied."""

    id: str
    at: datetime
    counts: Mapping[str, int]
    clean: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased: `customer_id in erased`. Nobody can be listed from it."""

    subjects: frozenset[str]
    subject_of: Callable[[str], str]

    def __contains__(self, customer_id: object) -> bool:
        return bool(self.subjects) and isinstance(customer_id, str) and self.subject_of(customer_id) in self.subjects


class Eraser:
    """The work behind `Store.erase`."""

    def __init__(self, database: Database, vault: Vault, events: EventLog) -> None:
        self._database = database
        self._vault = vault
        self._events = events

    def erase(self, customer_id: str) -> Erasure:
        """Forget `customer_id`. A second call finds nothing more, and cleans up where the first was cut off."""
        with self._database.read() as session:
            parts = parts_of(session, customer_id)
        made, at = uuid.uuid4().hex, datetime.now(UTC)
        # Events first: if this is cut off between the two, the customer is still listed and can be erased again.
        counts = Counter({"events": sum(self._events.forget(part) for part in parts)})
        with self._database.write() as session:
            for part in parts:
                counts.update(self._erase_rows(session, part))
            if any(counts.values()):
                ids = [made, *(uuid.uuid4().hex for _ in parts[1:])]
                for one, part in zip(ids, parts, strict=True):
                    session.add(ErasureRow(id=one, subject=self._subject(part), at=at, counts=dict(counts)))
        return Erasure(made, at, dict(counts), self._database.forget_deleted())

    def _erase_rows(self, session: Session, customer_id: str) -> dict[str, int]:
        counts = {"reviews": _blank_reviews(session, customer_id), "jobs": _scrub_jobs(session, customer_id)}
        for kind, column in OWNED.items():
            counts[kind] = _rows(session.execute(delete(column.class_).where(column == customer_id)))
        return counts

    def erased_at(self, customer_id: str) -> datetime | None:
        """When this id was last erased, if it was: an old export must not bring the person back."""
        latest = select(func.max(ErasureRow.at)).where(ErasureRow.subject == self._subject(customer_id))
        with self._database.read() as session:
            return session.scalar(latest)

    def erased(self) -> Erased:
        """All who were erased so far."""
        with self._database.read() as session:
            return Erased(frozenset(session.scalars(select(ErasureRow.subject))), self._subject)

    def _subject(self, customer_id: str) -> str:
        return self._vault.blind("erased", customer_id)


def _blank_reviews(session: Session, customer_id: str) -> int:
    """Take text and writer from their reviews; the rating stays in the product's average, unless its id names them."""
    theirs = ReviewRow.customer_id == customer_id
    telling = ReviewRow.id.contains(customer_id, autoescape=True)
    gone = _rows(session.execute(delete(ReviewRow).where(theirs, telling)))
    return gone + _rows(session.execute(update(ReviewRow).where(theirs).values(text="", customer_id=None)))


def _scrub_jobs(session: Session, customer_id: str) -> int:
    """Take the id out of whatever jobs were given and returned; the jobs themselves belong to others too."""
    scrubbed = 0
    for job in session.scalars(select(JobRow)):
        kept = (job.key, job.payload, job.result, job.error)
        clean = tuple(without_id(part, customer_id) for part in kept)
        if clean != kept:
            job.key, job.payload, job.result, job.error = clean
            scrubbed += 1
    session.flush()
    return scrubbed


def without_id(value: Any, customer_id: str) -> Any:
    """JSON `value` with list items that are the id left out, and the id in keys and longer texts blanked.

    An id that is only a part of a longer word is somebody else's, and stays.
    """
    return _without(value, re.compile(rf"(?<![\w-]){re.escape(customer_id)}(?![\w-])"))


def _without(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, list):
        return [_without(item, pattern) for item in value if not (isinstance(item, str) and pattern.fullmatch(item))]
    if isinstance(value, dict):
        return {pattern.sub(ERASED, key): _without(item, pattern) for key, item in value.items()}
    return value


def _rows(result: Any) -> int:
    if not isinstance(result, CursorResult):
        raise HawkerError("the database did not say how many rows went")
    return result.rowcount
