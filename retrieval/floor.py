"""The floor: how likely it is that the passages found hold the answer, from 0 to 1.

A small logistic model over features of one search. It is trained on questions to shops of other trades (see
retrieval.calibrate), so no feature is a raw score whose scale depends on the shop's size. Where question and passage
are written in different scripts, shared words mean nothing; those features are then set to their mean.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.library import Candidate
from retrieval.sentences import sentences
from retrieval.words import content_words, index_words

FLOOR = Path(__file__).with_name("floor.json")

FEATURES = (
    "cosine",  # of the best passage
    "margin",  # of the best passage over the median of all that were looked at
    "lead",  # of the best passage over the second
    "coverage",  # share of the question's content words, weighed by rarity, in the best passage for it
    "sentence",  # the same in one sentence with its title
    "union",  # the same in all passages shown together
    "unheard",  # share of rarity of the question's words that stand nowhere in the shop's texts
    "bm25",  # best BM25 score by the sum of rarities: about what share of a perfect match
    "agreement",  # 1 where words and vector put the same passage first
    "numberless",  # 1 where the question asks for a number, date or amount and no passage shown has one
    "words",  # logarithm of the number of content words
)
LEXICAL = ("coverage", "sentence", "union", "unheard", "bm25", "agreement", "words")

_CJK = re.compile(r"[\u3400-\u9fff]")
_ASKS_NUMBER = re.compile(
    r"\bhow (?:much|many|long|soon|fast|often|late|big|heavy|tall|old)\b|\bwhat (?:time|hours?|date|percent)|"
    r"多少|多久|几[天个小点号次年月]|多长|多大|多重|多快|几折|什么时间|多高"
)
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千两半]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|"
    r"twenty|thirty|sixty|ninety|hundred|half|free|never|day|week|month|year)s?\b|免费",
    re.IGNORECASE,
)

Rarity = Callable[[Sequence[str]], Sequence[float]]
"""inverse document frequencies of words"""


@dataclass(frozen=True, slots=True)
class Floor:
    """The trained model: confidence = sigmoid(intercept + weights . (features - means) / scales)."""

    weights: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]
    intercept: float
    threshold: float

    def confidence(self, features: Mapping[str, float]) -> float:
        """A feature that is NaN counts as its mean."""
        total = self.intercept
        for name, weight in self.weights.items():
            if not math.isnan(features[name]):
                total += weight * (features[name] - self.means[name]) / self.scales[name]
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def load_floor(path: Path = FLOOR) -> Floor:
    """The floor that is shipped."""
    content = json.loads(path.read_text("utf-8"))
    return Floor(**{name: content[name] for name in ("weights", "means", "scales", "intercept", "threshold")})


def confidence_in(query: str, shown: Sequence[Candidate], looked_at: Sequence[Candidate], rarity: Rarity) -> float:
    """How likely the answer to `query` stands in `shown`; 0 where nothing was found."""
    return load_floor().confidence(features_of(query, shown, looked_at, rarity)) if shown else 0.0


def features_of(
    query: str, shown: Sequence[Candidate], looked_at: Sequence[Candidate], rarity: Rarity
) -> dict[str, float]:
    """Every feature of one search. `shown` (never empty) are the first of `looked_at`."""
    words = content_words(query)
    weights = np.asarray(rarity(words), dtype=np.float64)
    features = {**_of_vectors(looked_at), **_of_words(words, weights, shown, looked_at)}
    texts = " ".join(candidate.row.text for candidate in shown)
    features["numberless"] = float(bool(_ASKS_NUMBER.search(query.lower())) and not _NUMBER.search(texts))
    if bool(_CJK.search(query)) != bool(_CJK.search(texts)):
        features |= dict.fromkeys(LEXICAL, math.nan)
    return features


def _of_vectors(looked_at: Sequence[Candidate]) -> dict[str, float]:
    cosines = sorted((c.cosine for c in looked_at if not math.isnan(c.cosine)), reverse=True)
    if not cosines:
        return dict.fromkeys(("cosine", "margin", "lead"), math.nan)
    second = cosines[1] if len(cosines) > 1 else cosines[0]
    return {
        "cosine": cosines[0],
        "margin": cosines[0] - float(np.median(cosines)),
        "lead": cosines[0] - second,
    }


def _of_words(
    words: list[str], weights: NDArray[np.float64], shown: Sequence[Candidate], looked_at: Sequence[Candidate]
) -> dict[str, float]:
    if not words:
        return dict.fromkeys(LEXICAL, math.nan)
    total = float(weights.sum()) or 1.0
    whole = [_words_of(candidate, candidate.row.text) for candidate in shown]
    single = [_words_of(candidate, text) for candidate in shown for text in sentences(candidate.row.text)]
    anywhere = set().union(*whole)
    # A word of the greatest possible rarity stands in no passage at all.
    unheard = np.isclose(weights, weights.max()) & np.array([word not in anywhere for word in words])
    best_bm25 = max(candidate.bm25 for candidate in looked_at)
    dense_first = max(looked_at, key=lambda c: -1.0 if math.isnan(c.cosine) else c.cosine)
    word_first = max(looked_at, key=lambda c: c.bm25)
    return {
        "coverage": max(_share(words, weights, found) for found in whole),
        "sentence": max((_share(words, weights, found) for found in single), default=0.0),
        "union": _share(words, weights, anywhere),
        "unheard": float(weights[unheard].sum()) / total,
        "bm25": min(best_bm25 / total, 3.0),
        "agreement": float(dense_first is word_first),
        "words": math.log1p(len(words)),
    }


def _words_of(candidate: Candidate, text: str) -> set[str]:
    return set(index_words(f"{candidate.row.metadata['title']} {text}"))


def _share(words: Sequence[str], weights: NDArray[np.float64], found: set[str]) -> float:
    present = np.array([word in found for word in words])
    return float(weights[present].sum()) / (float(weights.sum()) or 1.0)
