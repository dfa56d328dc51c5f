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
    "sentence_cosine",  # of the best single sentence
    "sentence_margin",  # of the best single sentence over the median of all that were looked at
    "coverage",  # share of the question's content words, weighed by rarity, in the best passage for it
    "bm25",  # best BM25 score by the sum of rarities: about what share of a perfect match
    "agreement",  # 1 where words and vector put the same passage first
    "numbered",  # where the question asks for a number or date: 1 if the nearest sentence has one, else -1; else 0
)
"""Tried and left out, for they added nothing: lead over the second passage, coverage by one sentence or by all passages
together, words heard nowhere, number of words, nearness of the question's words by meaning, cohort normalisation."""

LEXICAL = frozenset(("coverage", "bm25", "agreement"))

_CJK = re.compile(r"[\u3400-\u9fff]")
_ASKS_NUMBER = re.compile(
    r"\bhow (?:much|many|long|soon|fast|often|late|big|heavy|tall|old|hot|high)\b|"
    r"\b(?:what|which) (?:time|hours?|date|day|percent|price|fee|cost|age)|"
    r"\b(?:until|at) (?:when|what|which)\b|\bwhen\b|"
    r"\bwhat (?:does|do|is|are) .*\b(?:cost|price|pay|fee|postage)\b|"
    r"多少|多久|几[天个小点号次年月岁折种]|多长|多大|多重|多快|什么时|多高"
)
_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十百千半]|免费|免运|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fourteen|fifteen|eighteen|twenty|thirty|sixty|ninety|hundred|half|free|no charge|never|once|twice|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|same day|at once|before|until|after)\b",
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
    nearest = max(looked_at, key=lambda candidate: _or_zero(candidate.sentence_cosine))
    features = {
        **_of_vectors(looked_at),
        **_of_words(words, np.asarray(rarity(words), np.float64), shown, looked_at),
        "numbered": _numbered(query, _sentence_of(nearest)),
    }
    if bool(_CJK.search(query)) != bool(_CJK.search(nearest.row.text)):
        features |= dict.fromkeys(LEXICAL, math.nan)
    return features


def _of_vectors(looked_at: Sequence[Candidate]) -> dict[str, float]:
    cosines = sorted((c.cosine for c in looked_at if not math.isnan(c.cosine)), reverse=True) or [math.nan]
    single = [c.sentence_cosine for c in looked_at if not math.isnan(c.sentence_cosine)] or [math.nan]
    return {
        "cosine": cosines[0],
        "margin": cosines[0] - float(np.median(cosines)),
        "sentence_cosine": max(single),
        "sentence_margin": max(single) - float(np.median(single)),
    }


def _of_words(
    words: Sequence[str], weights: NDArray[np.float64], shown: Sequence[Candidate], looked_at: Sequence[Candidate]
) -> dict[str, float]:
    total = float(weights.sum())
    if not total:
        return dict.fromkeys(LEXICAL, math.nan)
    present = [_words_of(candidate) for candidate in shown]
    shares = [weights[[word in found for word in words]].sum() / total for found in present]
    dense_first = max(looked_at, key=lambda candidate: _or_zero(candidate.cosine))
    word_first = max(looked_at, key=lambda candidate: candidate.bm25)
    return {
        "coverage": float(max(shares)),
        "bm25": min(word_first.bm25 / total, 3.0),
        "agreement": float(dense_first is word_first),
    }


def _numbered(query: str, sentence: str) -> float:
    if not _ASKS_NUMBER.search(query.lower()):
        return 0.0
    return 1.0 if _NUMBER.search(sentence) else -1.0


def _sentence_of(candidate: Candidate) -> str:
    if candidate.sentence is None:
        return candidate.row.text
    return sentences(candidate.row.text)[candidate.sentence]


def _words_of(candidate: Candidate) -> set[str]:
    return set(index_words(f"{candidate.row.metadata['title']} {candidate.row.text}"))


def _or_zero(cosine: float) -> float:
    return 0.0 if math.isnan(cosine) else cosine
