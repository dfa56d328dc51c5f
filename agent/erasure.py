"""Forgetting one person everywhere: database, events, generated texts, vectors. One call for every edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.house import House
from core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, by kind. `complete` is False where another process kept a file from being rewritten: run it again."""

    customer_id: str
    went: Mapping[str, int]
    complete: bool


def forget(house: House, customer_id: str) -> Forgotten:
    """Erase the person from every room. Raises `NotFound` for an id that was never known."""
    vectors = house.retrieval.forget(customer_id)
    erasure = house.store.erase(customer_id)
    went = {**erasure.counts, "vectors": vectors}
    if not any(went.values()) and house.store.erased_at(customer_id) is None:
        raise NotFound("CUSTOMER", customer_id, "the id of a customer of this shop", "see `hawker shop status`")
    return Forgotten(customer_id, went, erasure.clean)
