"""A shop drawn up in a few lines, and an embedder whose vectors can be foreseen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.customer import Order, OrderLine
from core.settings import Settings
from store.opening import Store, open_store

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class WordEmbedder:
    """A text's vector is the sum of its words' random directions: texts that share words lie close together."""

    name = "words"
    dimension = 64

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        rows = np.stack([sum((self._direction(word) for word in text.split()), np.zeros(64)) for text in texts])
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.lower().encode()).digest()[:4], "big")
        return np.random.default_rng(seed).standard_normal(64)


@pytest.fixture
def words() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def bought() -> Callable[..., Order]:
    """bought("anna", days_ago, 49, product="tent") -> a delivered order with one line, with an id of its own."""
    number = iter(range(1, 1_000_000))

    def order(
        customer: str,
        days_ago: float | None,
        price: float = 50,
        product: str = "tent",
        quantity: int = 1,
        status: str = "delivered",
    ) -> Order:
        placed = None if days_ago is None else NOW - timedelta(days=days_ago)
        line = OrderLine(product, product.title(), quantity, Decimal(str(price)))
        return Order(f"W{next(number):06d}", customer, (line,), status, placed, Decimal(str(price)) * quantity, "USD")

    return order


@pytest.fixture
def store(home: Settings) -> Iterator[Store]:
    """An empty store of a fresh home."""
    store = open_store(home)
    yield store
    store.close()
