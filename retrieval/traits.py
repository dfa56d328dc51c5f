"""What is known of a customer as a vector: a weighted sum of the vectors of traits, named by a hash of the traits.

A shop of any size embeds only its few dozen traits ("likes tents", "buys budget items"), and customers of equal traits
share one record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.customer import UNKNOWN, CustomerProfile
from retrieval.hits import Hit
from retrieval.vectors import Near, Row, VectorCollection, Vectors

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


def record_of(profile: CustomerProfile, embedder: str) -> str:
    """The id of the record that all customers of these traits share."""
    text = json.dumps([embedder, traits(profile)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def put_records(collection: VectorCollection, profiles: Mapping[str, CustomerProfile], embedder: Embedder) -> int:
    """Write a record for each of `profiles`, record id -> one customer who has it; how many traits were embedded."""
    texts = sorted({text for profile in profiles.values() for text, _ in traits(profile)})
    if not texts:
        return 0
    vectors = dict(zip(texts, embedder.embed(texts, "passage"), strict=True))
    made = [blend([(vectors[text], weight) for text, weight in traits(profile)]) for profile in profiles.values()]
    collection.put([Row(key, "", {"kind": NAME}) for key in profiles], np.stack(made))
    return len(texts)


def nearest_records(collection: VectorCollection, own: str, count: int) -> list[Near]:
    """The records most like `own`, itself among them; none where it is not there."""
    vector = collection.vectors([own]).get(own)
    return [] if vector is None else collection.near(vector, max(2 * count, 20))


def others_with(near: Sequence[Near], records: Mapping[str, str], customer_id: str) -> list[Hit]:
    """Everybody but `customer_id` who has one of the records `near`, in their order; `records`: customer -> record."""
    members: dict[str, list[str]] = {}
    for customer, key in records.items():
        members.setdefault(key, []).append(customer)
    return [
        Hit(customer, found.score)
        for found in near
        for customer in sorted(members.get(found.id, ()))
        if customer != customer_id
    ]


def blend(parts: Sequence[tuple[Vectors, float]]) -> Vectors:
    """The weighted sum of vectors, of length 1 again."""
    total = np.sum([vector * weight for vector, weight in parts], axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)
