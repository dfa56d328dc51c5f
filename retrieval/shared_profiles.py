"""Customers' profiles as vectors on a Chroma server: who is like whom, without a customer's id there.

Who has which record of traits is written down nowhere: it follows from the profiles in the database, which all
processes share. Chroma's server keeps the bytes of a deleted record until it is vacuumed; they tell of traits and of
nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from core.customer import CustomerProfile
from core.errors import NotFound
from retrieval.hits import Hit
from retrieval.ingest import IngestReport
from retrieval.traits import NAME, nearest_records, others_with, put_records, record_of
from retrieval.vectors import VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder

KnownProfiles = Callable[[], Iterable[CustomerProfile]]
"""all profiles as they stand in the database"""


class SharedProfileShelf:
    """The records of one shop on a server. Safe to use from several threads and processes."""

    def __init__(self, vectors: VectorShelf, embedder: Embedder, known: KnownProfiles) -> None:
        self._vectors, self._embedder, self._known = vectors, embedder, known

    def make_equal(self, profiles: Sequence[CustomerProfile]) -> IngestReport:
        """Hold exactly the records of these profiles, which are those in the database.

        `embedded` counts traits that had to be embedded, `unchanged` customers, `deleted` records that nobody has.
        """
        owners = {record_of(profile, self._embedder.name): profile for profile in profiles}
        collection = self._vectors.open(NAME, self._embedder.name)
        standing = {row.id for row in collection.rows()}
        new = {key: profile for key, profile in owners.items() if key not in standing}
        embedded = put_records(collection, new, self._embedder)
        gone = sorted(standing - owners.keys())
        collection.delete(gone)
        unchanged = sum(record_of(profile, self._embedder.name) not in new for profile in profiles)
        return IngestReport(embedded, unchanged, len(gone))

    def look_alikes(self, customer_id: str, count: int) -> list[Hit]:
        """Other customers, the most alike first, with the cosine of their profiles; equal ones by customer id."""
        records = self._records()
        collection = self._vectors.find(NAME, self._embedder.name)
        own = records.get(customer_id)
        near = nearest_records(collection, own, count) if collection and own else []
        if not near:
            raise NotFound("customer", customer_id, "a customer with a profile", "build the profiles again")
        return others_with(near, records, customer_id)[:count]

    def forget(self, customer_id: str) -> int:
        """Erase a customer's record where nobody shares it, before they leave the database; 1 where they had one."""
        records = self._records()
        own = records.pop(customer_id, None)
        collection = self._vectors.find(NAME, self._embedder.name)
        if own is None or collection is None:
            return 0
        if own not in records.values():
            collection.delete([own])
        return 1

    def close(self) -> None:
        """Nothing is open but the shelf of vectors, which others use as well."""

    def _records(self) -> dict[str, str]:
        return {profile.customer_id: record_of(profile, self._embedder.name) for profile in self._known()}
