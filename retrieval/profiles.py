"""Customers' profiles as vectors: who is like whom, without a name in Chroma.

A profile's vector is a weighted sum of the vectors of its traits ("likes tents", "buys budget items"), so a shop of any
size embeds only its few dozen traits. Customers of equal traits share one record, named by a hash of the traits; which
customer has which record stands in one small file. Deleting a record in Chroma leaves its bytes on disk, so a profile
that was one customer's alone is erased by copying the others into a fresh folder and deleting the old one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from core.customer import UNKNOWN, CustomerProfile
from core.errors import NotFound
from retrieval.fresh_shelf import build_apart
from retrieval.hits import Hit
from retrieval.ingest import IngestReport
from retrieval.vectors import Row, VectorCollection, Vectors, VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder

NAME = "profiles"
CATEGORY_WEIGHTS = (1.0, 0.6, 0.4)
"""what a customer likes weighs most, the favourite first"""


def traits(profile: CustomerProfile) -> tuple[tuple[str, float], ...]:
    """(text, weight) of everything known of a customer that others may share."""
    found = [
        (f"likes {category}", weight)
        for category, weight in zip(profile.favourite_categories, CATEGORY_WEIGHTS, strict=False)
    ]
    if profile.segment != UNKNOWN:
        found.append((f"customer segment {profile.segment.replace('-', ' ')}", 0.4))
    if profile.price_band != UNKNOWN:
        found.append((f"buys {profile.price_band} priced items", 0.3))
    if profile.sentiment != UNKNOWN:
        found.append((f"{profile.sentiment} reviews", 0.15))
    found.append((f"speaks {profile.language}", 0.15))
    return tuple(found)


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
            wanted = {profile.customer_id: self._key(profile) for profile in profiles}
            collection = self._collection(generation)
            standing = {row.id for row in collection.rows()}
            new = {self._key(profile): profile for profile in profiles if self._key(profile) not in standing}
            embedded = self._put(collection, new)
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
            collection = self._collection(generation)
            own = records[customer_id]
            vector = collection.vectors([own])[own]
            near = collection.near(vector, max(2 * count, 20))
        members: dict[str, list[str]] = {}
        for customer, key in records.items():
            members.setdefault(key, []).append(customer)
        others = [
            Hit(customer, found.score)
            for found in near
            for customer in sorted(members.get(found.id, ()))
            if customer != customer_id
        ]
        return others[:count]

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

    def _key(self, profile: CustomerProfile) -> str:
        text = json.dumps([self._embedder.name, traits(profile)], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _put(self, collection: VectorCollection, profiles: Mapping[str, CustomerProfile]) -> int:
        texts = sorted({text for profile in profiles.values() for text, _ in traits(profile)})
        if not texts:
            return 0
        vectors = dict(zip(texts, self._embedder.embed(texts, "passage"), strict=True))
        made = [blend([(vectors[text], weight) for text, weight in traits(profile)]) for profile in profiles.values()]
        collection.put([Row(key, "", {"kind": NAME}) for key in profiles], np.stack(made))
        return len(texts)

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


def blend(parts: Sequence[tuple[Vectors, float]]) -> Vectors:
    """The weighted sum of vectors, of length 1 again."""
    total = np.sum([vector * weight for vector, weight in parts], axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)
