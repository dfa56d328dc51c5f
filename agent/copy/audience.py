"""Whom the copy is for: segment, sentiment, tone, voice and past copy, as the prompts and the report name them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from agent.copy.orders import Reader
from agent.copy.readership import addressed
from core.copy import CopyRequest
from core.customer import UNKNOWN, CustomerProfile
from core.errors import ModelMissing
from core.facts import Conditioning
from core.language import in_language
from core.settings import Settings
from core.shop import Brand, Product
from insight.customers.visible import visible

if TYPE_CHECKING:
    from insight.reading.readers import Readers
    from retrieval.opening import Retrieval
    from store.opening import Store

REVIEWS_READ = 20
PRICE_FIRST = frozenset({"bargain-hunters"})
FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
MOODS = {
    "en": {"positive": "they love it", "neutral": "it does its work", "negative": "they were let down, so stay modest"},
    "zh": {"positive": "很喜欢", "neutral": "中规中矩", "negative": "有些失望，语气要踏实"},
}


class AudienceHouse(Protocol):
    """What this file needs of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def retrieval(self) -> Retrieval: ...
    @property
    def readers(self) -> Readers: ...


def audience(
    house: AudienceHouse, request: CopyRequest, product: Product, brand: Brand | None
) -> tuple[Reader, Conditioning]:
    """What the prompts are told of the reader, and what the report says. Raises `UserError` for an unknown segment."""
    language = request.language
    profile = _profile(house, request)
    name = request.segment or (profile.segment if profile else None)
    sentiment = _sentiment(house, product, profile)
    reader = Reader(
        reader=addressed(house.settings, name, language) if name and name != UNKNOWN else request.brief.audience,
        tone=request.tone,
        voice=voice_told(brand, language) if brand else "",
        mood=MOODS[language].get(sentiment or "", ""),
        liked=_liked(house, product, name, language),
        price_first=name in PRICE_FIRST,
    )
    return reader, Conditioning(segment=name, sentiment=sentiment, language=language)


def voice_told(brand: Brand, language: str) -> str:
    """The first sentence of how the brand speaks: the manner stands there, and a small model follows no more."""
    return FIRST_SENTENCE.split((in_language(brand.voice, language) or "").strip(), maxsplit=1)[0]


def _profile(house: AudienceHouse, request: CopyRequest) -> CustomerProfile | None:
    if request.customer_id is None:
        return None
    profile = house.store.profiles.get(request.customer_id)
    if profile is None:
        house.store.customers.get(request.customer_id)  # raises NotFound where there is no such customer
    return None if profile is None else visible(profile, "copy")


def _sentiment(house: AudienceHouse, product: Product, profile: CustomerProfile | None) -> str | None:
    """The customer's own, where one is written to; else that of the product's reviews, the most frequent of them."""
    if profile is not None:
        return profile.sentiment
    reviews = house.store.shop.reviews(product.id, limit=REVIEWS_READ)
    if not reviews:
        return None
    try:
        labels = house.readers.sentiments([review.text for review in reviews])
    except ModelMissing:
        return None
    return Counter(label.name for label in labels).most_common(1)[0][0]


def _liked(house: AudienceHouse, product: Product, segment: str | None, language: str) -> str:
    """A text that was accepted for a similar product. Not for this one: the same order must give the same prompt.

    Without an embedding model nothing was ever remembered, and nothing can be found.
    """
    try:
        found = house.retrieval.best_past_copy(product, segment or UNKNOWN, language)
    except ModelMissing:
        return ""
    return next((copy.text for copy in found if copy.product_id != product.id), "")
