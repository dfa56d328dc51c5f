"""Products for a customer, from what they like: nearness to their favourite categories, nudged by their price band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.customer import CustomerProfile
from retrieval.hits import Hit
from retrieval.library import Candidate, PassageLibrary
from retrieval.traits import CATEGORY_WEIGHTS

if TYPE_CHECKING:
    from engine.protocol import Embedder

SAME_CATEGORY = 0.5
SAME_BAND = 0.15
"""against a nearness that is scaled to 0..1 over the candidates"""


def products_for(
    profile: CustomerProfile, library: PassageLibrary, names: list[str], embedder: Embedder, count: int
) -> list[Hit]:
    """The products most worth showing, best first, the last one bought left out.

    Each favourite category is searched for by itself, so that the second and third get their share.
    Empty where nothing is known of what the customer likes.
    """
    likes = list(profile.favourite_categories) or [name for name in (profile.last_product_name,) if name]
    if not likes or not names:
        return []
    scores: dict[str, float] = {}
    vectors = embedder.embed(likes, "query")
    for like, vector, weight in zip(likes, vectors, CATEGORY_WEIGHTS, strict=False):
        found = library.search_vector(names, like, vector, depth=max(4 * count, 40))
        for product_id, score in _rated(found, like, profile.price_band).items():
            scores[product_id] = max(scores.get(product_id, 0.0), weight * score)
    scores.pop(profile.last_product_id or "", None)
    best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Hit(product_id, score) for product_id, score in best[:count]]


def _rated(candidates: list[Candidate], like: str, band: str) -> dict[str, float]:
    """product id -> score, of its best passage."""
    known = [candidate.cosine for candidate in candidates if not np.isnan(candidate.cosine)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    rated: dict[str, float] = {}
    for candidate in candidates:
        cosine = low if np.isnan(candidate.cosine) else candidate.cosine
        score = (cosine - low) / (high - low or 1.0)
        levels = str(candidate.row.metadata.get("category", "")).casefold().split(" > ")
        score += SAME_CATEGORY * (like.casefold().split(" > ")[-1] in levels)
        score += SAME_BAND * (candidate.row.metadata.get("band") == band)
        product_id = str(candidate.row.metadata["source"]).removeprefix("product:")
        rated[product_id] = max(rated.get(product_id, 0.0), score)
    return rated
