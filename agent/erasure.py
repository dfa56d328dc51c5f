"""Forgetting one person everywhere: database, events, generated texts, vectors. One call for every edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.house import House
from core.errors import ModelMissing, NotFound


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, by kind. `complete` is False where another process kept a file from being rewritten: run it again."""

    customer_id: str
    went: Mapping[str, int]
    complete: bool


def forget(house: House, customer_id: str) -> Forgotten:
    """Erase the person from every room. Raises `NotFound` for an id that was never known."""
    vectors = sum(_forget_vectors(house, part) for part in house.store.merges.parts(customer_id))
    erasure = house.store.erase(customer_id)
    went = {**erasure.counts, "vectors": vectors}
    if not any(went.values()) and house.store.erased_at(customer_id) is None:
        raise NotFound("CUSTOMER", customer_id, "the id of a customer of this shop", "see `hawker shop status`")
    return Forgotten(customer_id, went, erasure.clean)


def _forget_vectors(house: House, customer_id: str) -> int:
    """Also where the model that filled the indexes is gone: nobody's erasure waits for a download."""
    try:
        retrieval = house.retrieval
    except ModelMissing:
        from retrieval.opening import open_retrieval

        absent = _AbsentEmbedder(house.settings.embedder)
        bare = open_retrieval(house.settings, absent, lambda: house.store.profiles.all())
        try:
            return bare.forget(customer_id)
        finally:
            bare.close()
    return retrieval.forget(customer_id)


@dataclass(frozen=True, slots=True)
class _AbsentEmbedder:
    """Stands for an embedding model by its name alone; forgetting embeds nothing."""

    name: str
    dimension: int = 0

    def embed(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        raise ModelMissing("model", self.name, "an installed model", f"run: hawker models pull {self.name}")
