"""Customers' profiles as vectors in a folder of this machine: who is like whom, without a name in Chroma.

Which customer has which record of traits stands in one small file. Deleting a record in Chroma leaves its bytes on
disk, so a profile that was one customer's alone is erased by copying the others into a fresh folder, and deleting the
old one.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from core.customer import CustomerProfile
from core.errors import NotFound
from retrieval.fresh_shelf import build_apart
from retrieval.hits import Hit
from retrieval.ingest import IngestReport
from retrieval.traits import NAME, nearest_records, others_with, put_records, record_of
from retrieval.vectors import VectorCollection, VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder


class ProfileShelf:
    """The profiles of one shop in a Chroma folder of their own, which is replaced whole when bytes must go."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder
        self._pointer = folder / "profiles.json"
        self._embedder = embedder
        self._lock = threading.RLock()
        self._shelf: VectorShelf | None = None
        self._generation = ""
        self._stamp = 0
        self._records: dict[str, str] = {}

    def make_equal(self, profiles: Sequence[CustomerProfile]) -> IngestReport:
        """Hold exactly these profiles. `embedded` counts traits that had to be embedded."""
        with self._lock:
            before, generation = self._read()
            owners = {record_of(profile, self._embedder.name): profile for profile in profiles}
            wanted = {profile.customer_id: record_of(profile, self._embedder.name) for profile in profiles}
            collection = self._collection(generation)
            standing = {row.id for row in collection.rows()}
            new = {key: profile for key, profile in owners.items() if key not in standing}
            embedded = put_records(collection, new, self._embedder)
            self._write(wanted, generation)
            if standing - set(wanted.values()):
                self._rewrite(wanted)
            unchanged = sum(before.get(customer) == key for customer, key in wanted.items())
            return IngestReport(embedded, unchanged, len(before.keys() - wanted.keys()))

    def look_alikes(self, customer_id: str, count: int) -> list[Hit]:
        """Other customers, the most alike first, with the cosine of their profiles; equal ones by customer id."""
        with self._lock:
            records, generation = self._read()
            if customer_id not in records:
                raise NotFound("customer", customer_id, "a customer with a profile", "build the profiles again")
            near = nearest_records(self._collection(generation), records[customer_id], count)
        return others_with(near, records, customer_id)[:count]

    def forget(self, customer_id: str) -> int:
        """Erase one customer: their line, and the record where nobody shares it. The number of lines erased, 0 or 1."""
        with self._lock:
            records, generation = self._read()
            own = records.pop(customer_id, None)
            if own is None:
                return 0
            self._write(records, generation)
            if own not in records.values():
                self._rewrite(records)
            return 1

    def close(self) -> None:
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None

    def _rewrite(self, records: Mapping[str, str]) -> None:
        """Copy the records in use into a fresh folder, point there, and delete the old one with its bytes."""
        _, old = self._read()
        collection = self._collection(old)
        kept = collection.vectors(sorted(set(records.values())))
        generation = uuid4().hex[:12]
        build_apart(self._folder / generation, NAME, self._embedder.name, kept)
        self._write(records, generation)
        self.close()
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder.name != generation:
                shutil.rmtree(folder, ignore_errors=True)

    def _read(self) -> tuple[dict[str, str], str]:
        """customer id -> record, and the folder in force; read again only where another process has written."""
        stamp = self._pointer.stat().st_mtime_ns if self._pointer.is_file() else 0
        if stamp != self._stamp:
            content = json.loads(self._pointer.read_text("utf-8"))
            if content["generation"] != self._generation:
                self.close()
            self._records, self._generation, self._stamp = content["records"], content["generation"], stamp
        return dict(self._records), self._generation or "first"

    def _write(self, records: Mapping[str, str], generation: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._pointer.with_suffix(".new")
        draft.write_text(json.dumps({"generation": generation, "records": records}), "utf-8")
        draft.replace(self._pointer)

    def _collection(self, generation: str) -> VectorCollection:
        if self._shelf is None:
            self._shelf = VectorShelf(self._folder / generation)
        return self._shelf.open(NAME, self._embedder.name)
