"""The door of this room: `open_retrieval(settings, embedder)`, then find facts, products, customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from core.customer import CustomerProfile
from core.facts import Fact, Passage
from core.settings import Settings
from core.shop import Document, Product
from retrieval.chroma import chroma_server
from retrieval.facts import product_facts
from retrieval.floor import confidence_in, load_floor
from retrieval.hits import Hit
from retrieval.ingest import IngestReport, Progress
from retrieval.lexical import LexicalIndex
from retrieval.library import KNOWLEDGE, PRODUCTS, Candidate, PassageLibrary
from retrieval.past_copy import PastCopy, PastCopyShelf
from retrieval.profiles import ProfileShelf
from retrieval.recommend import products_for
from retrieval.shared_lexical import SharedLexicalIndex
from retrieval.shared_profiles import KnownProfiles, SharedProfileShelf
from retrieval.shelving import document_records, product_records
from retrieval.vectors import VectorShelf
from retrieval.word_index import Words

if TYPE_CHECKING:
    from engine.protocol import Embedder

Audience = Literal["customer", "staff"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a question brought up. Where not `enough`, the passages do not hold its answer and should not be used."""

    passages: tuple[Passage, ...]
    confidence: float
    """0 to 1: how likely the answer stands in the passages, see retrieval.floor"""
    enough: bool


class Retrieval:
    """All that is indexed of one shop. Safe to use from several threads; nothing is opened before it is needed."""

    def __init__(self, settings: Settings, embedder: Embedder, known_profiles: KnownProfiles = tuple) -> None:
        """`known_profiles` gives all profiles of the database, which is asked where Chroma is a server's."""
        self._folder, self._server = settings.chroma_dir, chroma_server(settings)
        self._embedder = embedder
        self._known_profiles = known_profiles

    def check(self) -> None:
        """Raises `ChromaAway` where the index is a server's that does not answer."""
        if self._server:
            self._vectors.check()

    def index_documents(self, documents: Sequence[Document], progress: Progress | None = None) -> IngestReport:
        """Make the knowledge equal to `documents`."""
        return self._library.make_equal(KNOWLEDGE, document_records(documents), progress)

    def index_products(self, products: Sequence[Product], progress: Progress | None = None) -> IngestReport:
        """Make the product passages equal to `products`."""
        return self._library.make_equal(PRODUCTS, product_records(products), progress)

    def index_profiles(self, profiles: Sequence[CustomerProfile]) -> IngestReport:
        """Make the profiles equal to `profiles`."""
        return self._profiles.make_equal(profiles)

    def search_passages(
        self, query: str, language: str | None = None, audience: Audience = "customer", k: int = 4
    ) -> Found:
        """The passages that best answer `query`, from knowledge and products, and whether that is enough.

        Passages are in `language`, as far as the shop has any in it; None: in every language. What is for staff only
        is never found for a customer.
        """
        names = self._knowledge(language, audience) + self._products(language)
        candidates = self._library.search(names, query)
        floor = load_floor()
        confidence = confidence_in(query, candidates[:k], candidates, lambda words: self._library.rarity(names, words))
        passages = tuple(_passage(candidate) for candidate in candidates[:k])
        return Found(passages, confidence, bool(passages) and confidence >= floor.threshold)

    def search_products(self, query: str, k: int = 10) -> list[Hit]:
        """The products that best fit `query`, each once, by its best passage in any language."""
        best: dict[str, float] = {}
        for candidate in self._library.search(self._products(None), query, depth=4 * k):
            product_id = str(candidate.row.metadata["source"]).removeprefix("product:")
            best.setdefault(product_id, candidate.score)
        return [Hit(product_id, score) for product_id, score in list(best.items())[:k]]

    def products_for_profile(self, profile: CustomerProfile, k: int = 10) -> list[Hit]:
        """The products most worth showing to this customer; empty where nothing is known of what they like."""
        return products_for(profile, self._library, self._products(profile.language), self._embedder, k)

    def product_facts(self, product: Product, language: str) -> tuple[Fact, ...]:
        """What may be said of a product, see `retrieval.facts`."""
        return product_facts(product, language)

    def look_alikes(self, customer_id: str, k: int = 10) -> list[Hit]:
        """Other customers of the most similar profile. Raises `NotFound` for one without a profile."""
        return self._profiles.look_alikes(customer_id, k)

    def remember_copy(
        self, generation_key: str, product_id: str, segment: str, text: str, language: str = "en"
    ) -> None:
        """Keep an accepted text as an example for later."""
        self._past_copy.remember(generation_key, product_id, segment, text, language)

    def best_past_copy(self, product: Product, segment: str, language: str, k: int = 3) -> list[PastCopy]:
        """Accepted texts for similar products and this segment, best first."""
        return self._past_copy.best(product, segment, language, k)

    def forget(self, customer_id: str) -> int:
        """Erase a customer's profile, bytes and all; the number of profiles erased, 0 or 1."""
        return self._profiles.forget(customer_id)

    def close(self) -> None:
        for name in ("_library", "_past_copy", "_profiles", "_vectors"):
            part = self.__dict__.pop(name, None)
            if name in ("_profiles", "_vectors") and part is not None:
                part.close()

    @cached_property
    def _vectors(self) -> VectorShelf:
        return VectorShelf(self._server or self._folder / "shop")

    @cached_property
    def _library(self) -> PassageLibrary:
        return PassageLibrary(self._vectors, self._words, self._embedder)

    def _words(self, name: str) -> Words:
        if self._server:
            return SharedLexicalIndex(self._vectors, name, self._embedder.name)
        return LexicalIndex(self._folder / "bm25", name)

    @cached_property
    def _profiles(self) -> ProfileShelf | SharedProfileShelf:
        if self._server:
            return SharedProfileShelf(self._vectors, self._embedder, self._known_profiles)
        return ProfileShelf(self._folder / "profiles", self._embedder)

    @cached_property
    def _past_copy(self) -> PastCopyShelf:
        return PastCopyShelf(self._vectors, self._embedder)

    def _knowledge(self, language: str | None, audience: Audience) -> list[str]:
        names = self._library.names(KNOWLEDGE)
        open_to = [name for name in names if audience == "staff" or name.endswith(".customer")]
        own = [name for name in open_to if name.startswith(f"knowledge.{language}.")]
        return own or open_to

    def _products(self, language: str | None) -> list[str]:
        names = self._library.names(PRODUCTS)
        own = [name for name in names if name == f"products.{language}"]
        return own or names


def open_retrieval(settings: Settings, embedder: Embedder, known_profiles: KnownProfiles = tuple) -> Retrieval:
    """What is indexed under `settings.chroma_dir`, or at `settings.chroma_url`. Chroma is opened by the first call.

    Raises `UserError` for a URL that cannot be one.
    """
    return Retrieval(settings, embedder, known_profiles)


def _passage(candidate: Candidate) -> Passage:
    row = candidate.row
    return Passage(
        id=row.id,
        source=str(row.metadata["source"]),
        title=str(row.metadata["title"]),
        text=row.text,
        language=str(row.metadata["language"]),
        score=candidate.score,
        start=int(row.metadata["start"]),
    )
