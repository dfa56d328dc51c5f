"""A small deterministic embedder and small shops, so that most tests need no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.settings import Settings, load_settings
from core.shop import Document, Product
from retrieval.opening import Retrieval, open_retrieval
from retrieval.words import content_words
from tests.chroma import ChromaProcess


class WordEmbedder:
    """Each word has a random direction of its own; a text is the sum of its words. Texts that share words are near."""

    def __init__(self, name: str = "words", dimension: int = 64) -> None:
        self.name, self.dimension = name, dimension
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        if kind == "passage":
            self.embedded += texts
        rows = np.stack([self._sum(content_words(text) or ["nothing"]) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def _sum(self, words: list[str]) -> NDArray[np.float64]:
        return np.sum([self._direction(word) for word in words], axis=0)

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
        return np.random.default_rng(seed).normal(size=self.dimension)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, home: Settings) -> Settings:
    """Settings over nothing indexed yet, in Chroma of either kind."""
    if request.param == "embedded":
        return home
    server: ChromaProcess = request.getfixturevalue("chroma")
    return load_settings(chroma_url=server.url())


@pytest.fixture
def retrieval(place: Settings, embedder: WordEmbedder) -> Iterator[Retrieval]:
    opened = open_retrieval(place, embedder)
    yield opened
    opened.close()


@pytest.fixture
def knowledge() -> list[Document]:
    return [
        Document("returns", "Returns", "Unworn boots go back within 30 days.\n\n## Tents\nTents go back dry.", "en"),
        Document("shipping", "Shipping", "Parcels leave the warehouse on weekdays. Orders over 50 ship free.", "en"),
        Document(
            "discounts", "Staff discounts", "Staff buy tents with a secret discount of 40 percent.", "en", "staff"
        ),
        Document("desk", "Refund limits", "Refund without asking up to 20 dollars.", "en", "desk"),
        Document("peisong", "配送", "满 199 元包邮。偏远地区另收运费。", "zh"),
    ]


@pytest.fixture
def catalogue() -> list[Product]:
    names = [
        ("TENT-1", "Ridge Tent", "tents", "199.00", "帐篷"),
        ("TENT-2", "Dome Tent", "tents", "99.00", "帐篷"),
        ("BOOT-1", "Trail Boots", "footwear", "129.00", "鞋"),
        ("MUG-1", "Steel Mug", "kitchen", "9.50", "厨具"),
    ]
    return [
        Product(
            key,
            {"en": name, "zh": name_zh},
            {"en": f"A fine {name.lower()} for long walks. It lasts."},
            {"en": {"material": "steel" if key == "MUG-1" else "nylon"}},
            ("outdoor", category),
            "Hill",
            Decimal(price),
            "USD",
        )
        for key, name, category, price, name_zh in names
    ]
