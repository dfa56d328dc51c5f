"""Our catalogue beside a competitor's: what both sell and at which price, what they sell and we do not, what they say.

Products are matched by what they mean (embeddings of name and category; the embedder comes from the caller), each
being the other's nearest, and only where the figures in their names agree: a pack of 3 is not a pack of 12.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.shop import Product
from insight.market.claims import Claim, claims_of_theirs

if TYPE_CHECKING:
    from engine.protocol import Embedder

MATCH = 0.93
"""cosine of two e5 vectors from which two names are one product or one of its kind; by eye, at 0.90 half are neither"""
GAP = 0.86
"""cosine below which nothing of ours is like a product of theirs"""
LEAST_PRICES = 5
"""matched prices from which a category has a price position"""
FIGURE = re.compile(r"\d+(?:\.\d+)?")
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Match:
    """One product of ours and theirs that is most like it."""

    ours: str
    theirs: str
    """ids"""
    likeness: float
    """cosine"""
    price_ratio: float | None
    """ours over theirs; None where a price or a common currency is missing"""


@dataclass(frozen=True, slots=True)
class PricePosition:
    """How dear a category of ours is beside its matches."""

    category: str
    matched: int
    ratio: float
    """median of ours over theirs; above 1 we are dearer"""
    low: float
    high: float
    """95 % by bootstrap"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A category of theirs in which they sell what nothing of ours is like."""

    category: str
    missing: int
    of: int
    """products they have in it"""
    examples: tuple[str, ...]
    """their ids, the least like ours first"""


@dataclass(frozen=True, slots=True)
class Comparison:
    competitor: str
    ours: int
    theirs: int
    """products compared"""
    matches: tuple[Match, ...]
    prices: tuple[PricePosition, ...]
    """`all` first, then by category"""
    gaps: tuple[Gap, ...]
    claims: tuple[Claim, ...]


def compare(
    competitor: str, ours: Sequence[Product], theirs: Sequence[Product], embedder: Embedder, language: str = "en"
) -> Comparison:
    """Deterministic. Empty catalogues give an empty comparison."""
    if not ours or not theirs:
        return Comparison(competitor, len(ours), len(theirs), (), (), (), ())
    alike = _vectors(ours, embedder, language) @ _vectors(theirs, embedder, language).T
    matches = _matches(ours, theirs, alike, language)
    claims = claims_of_theirs(
        [_text(one, language) for one in ours], [_text(one, language) for one in theirs], language
    )
    return Comparison(
        competitor, len(ours), len(theirs), matches, _positions(ours, matches), _gaps(theirs, alike), claims
    )


def _vectors(products: Sequence[Product], embedder: Embedder, language: str) -> NDArray[np.float32]:
    texts = [f"{one.named(language)} ({one.category[-1]})" if one.category else one.named(language) for one in products]
    return embedder.embed(texts, "query")


def _text(product: Product, language: str) -> str:
    return f"{product.named(language)}\n{product.described(language)}"


def _matches(
    ours: Sequence[Product], theirs: Sequence[Product], alike: NDArray[np.float32], language: str
) -> tuple[Match, ...]:
    nearest, back = alike.argmax(axis=1), alike.argmax(axis=0)
    found = []
    for place, at in enumerate(nearest):
        own, other = ours[place], theirs[at]
        if back[at] == place and alike[place, at] >= MATCH and _figures_agree(own, other, language):
            found.append(Match(own.id, other.id, float(alike[place, at]), _price_ratio(own, other)))
    return tuple(sorted(found, key=lambda match: (-match.likeness, match.ours)))


def _figures_agree(own: Product, other: Product, language: str) -> bool:
    """No figure where the other has another one; a name without figures says nothing against."""
    mine, others = (set(FIGURE.findall(one.named(language))) for one in (own, other))
    return not mine or not others or bool(mine & others)


def _price_ratio(own: Product, other: Product) -> float | None:
    if not own.price or not other.price or own.currency != other.currency:
        return None
    return float(own.price / other.price)


def _positions(ours: Sequence[Product], matches: Sequence[Match]) -> tuple[PricePosition, ...]:
    category = {one.id: one.category[0] if one.category else "" for one in ours}
    priced = [(category[match.ours], match.price_ratio) for match in matches if match.price_ratio is not None]
    groups = {"all": [ratio for _, ratio in priced]}
    for name, ratio in sorted(priced):
        groups.setdefault(name, []).append(ratio)
    return tuple(_position(name, ratios) for name, ratios in groups.items() if len(ratios) >= LEAST_PRICES)


def _position(category: str, ratios: list[float]) -> PricePosition:
    draws = np.random.default_rng(1).integers(0, len(ratios), (1000, len(ratios)))
    low, high = np.quantile(np.median(np.asarray(ratios)[draws], axis=1), [0.025, 0.975])
    return PricePosition(category, len(ratios), median(ratios), float(low), float(high))


def _gaps(theirs: Sequence[Product], alike: NDArray[np.float32]) -> tuple[Gap, ...]:
    best = alike.max(axis=0)
    category = [one.category[-1] if one.category else "(no category)" for one in theirs]
    sizes = Counter(category)
    missing: dict[str, list[int]] = {}
    for at in np.argsort(best, kind="stable"):
        if best[at] < GAP:
            missing.setdefault(category[at], []).append(int(at))
    found = [
        Gap(name, len(places), sizes[name], tuple(theirs[at].id for at in places[:EXAMPLES]))
        for name, places in missing.items()
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.missing, gap.category)))
