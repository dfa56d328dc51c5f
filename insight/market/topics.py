"""What is spoken of: clusters of sentences that mean alike, named by the words that set them apart, month by month.

The embedder comes from the caller. Words by class-based TF-IDF (Grootendorst, arXiv 2203.05794, 2022): how much of a
topic a word makes up, times how rarely the others say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from insight.market.remarks import Remark, words_of

if TYPE_CHECKING:
    from engine.protocol import Embedder

CHOICES = (5, 7, 9, 12, 16, 20)
"""numbers of topics that are tried"""
LEAST = 60
"""remarks of one language; below, they are read, not counted"""
DIMENSIONS = 24
"""in which topics are sought: of an embedding's hundreds the rest is how a thing is said"""
SET_APART = 1.5
"""how much more often than elsewhere a topic's word is said in it"""
A_TOPIC = 25
"""remarks that a topic has on average, at least"""
WORDS, QUOTES = 6, 3
SEEN = 1500
"""remarks by which the number of topics is judged"""


@dataclass(frozen=True, slots=True)
class TopicMonth:
    """One month of one topic."""

    month: str
    """as `2026-11`"""
    count: int
    share: float
    """of the remarks of that month and language"""
    negative: float | None
    """share of those whose mood was read; None where none was"""


@dataclass(frozen=True, slots=True)
class Topic:
    """Sentences that speak of one thing, in one language."""

    language: str
    words: tuple[str, ...]
    """those that set it apart, the most telling first"""
    count: int
    share: float
    """of all remarks in this language"""
    negative: int
    positive: int
    """remarks of that mood"""
    months: tuple[TopicMonth, ...]
    """in order; undated remarks are in none"""
    sources: tuple[str, ...]
    """where its remarks stand, nearest to its middle first; without repeats"""
    quotes: tuple[str, ...]
    """the remarks nearest to its middle"""


def find_topics(remarks: Sequence[Remark], embedder: Embedder, seed: int = 1) -> tuple[Topic, ...]:
    """The topics of each language with at least `LEAST` remarks, the largest first. Deterministic."""
    found: list[Topic] = []
    for language in sorted({remark.language for remark in remarks}):
        own = [remark for remark in remarks if remark.language == language]
        if len(own) >= LEAST:
            found += _of_one_language(own, embedder, seed)
    return tuple(sorted(found, key=lambda topic: (-topic.count, topic.words)))


def _of_one_language(remarks: Sequence[Remark], embedder: Embedder, seed: int) -> list[Topic]:
    vectors = _main_directions(embedder.embed([remark.text for remark in remarks], "query"))
    labels, middles = _cluster(vectors, seed)
    words = telling_words([words_of(remark.text, remark.language) for remark in remarks], labels)
    nearness = (vectors * middles[labels]).sum(axis=1)
    months = Counter(month for remark in remarks if (month := _month(remark)))
    made = []
    for label, telling in enumerate(words):
        places = np.flatnonzero(labels == label)
        places = places[np.argsort(-nearness[places], kind="stable")]
        if len(places):
            made.append(_topic([remarks[int(at)] for at in places], telling, len(remarks), months))
    return made


def _main_directions(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The main components, of length 1. All texts of an e5 model lie in one narrow cone, so the mean goes first."""
    from sklearn.decomposition import PCA

    count = min(DIMENSIONS, *vectors.shape)
    reduced = PCA(count, svd_solver="full").fit_transform(vectors.astype(np.float64))
    return np.asarray(reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9))


def _cluster(vectors: NDArray[np.float64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """K-means with the number of clusters that silhouettes favour. Labels and the clusters' middles."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    numbers = [number for number in CHOICES if number * A_TOPIC <= len(vectors)] or [2]
    fits = [KMeans(number, n_init=3, random_state=seed).fit(vectors) for number in numbers]
    scores = [
        silhouette_score(vectors, fit.labels_, metric="cosine", sample_size=min(SEEN, len(vectors)), random_state=seed)
        for fit in fits
    ]
    best = fits[int(np.argmax(scores))]
    return best.labels_, best.cluster_centers_


def telling_words(words: Sequence[Sequence[str]], labels: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """For each label the words that set it apart, by class-based TF-IDF; a word said once or twice is no topic's."""
    counts = [Counter[str]() for _ in range(int(labels.max()) + 1)]
    for said, label in zip(words, labels, strict=True):
        counts[label].update(set(said))
    whole = sum(counts, Counter[str]())
    everything = sum(whole.values())
    usual = everything / len(counts)
    chosen = []
    for own in counts:
        size = max(sum(own.values()), 1)

        def apart(word: str, n: int, size: int = size) -> bool:
            return n / size >= SET_APART * (whole[word] - n) / max(everything - size, 1)

        scores = {word: n / size * log(1 + usual / whole[word]) for word, n in own.items() if n >= 3 and apart(word, n)}
        chosen.append(tuple(sorted(scores, key=lambda word: (-scores[word], word))[:WORDS]))
    return chosen


def _topic(own: Sequence[Remark], words: tuple[str, ...], all_: int, months: Counter[str]) -> Topic:
    return Topic(
        language=own[0].language,
        words=words,
        count=len(own),
        share=len(own) / all_,
        negative=sum(remark.mood == "negative" for remark in own),
        positive=sum(remark.mood == "positive" for remark in own),
        months=tuple(_of_month(own, month, months[month]) for month in sorted(set(map(_month, own)) - {""})),
        sources=tuple(dict.fromkeys(remark.source for remark in own)),
        quotes=tuple(remark.text for remark in own[:QUOTES]),
    )


def _of_month(own: Sequence[Remark], month: str, all_: int) -> TopicMonth:
    here = [remark for remark in own if _month(remark) == month]
    read = [remark.mood for remark in here if remark.mood is not None]
    negative = read.count("negative") / len(read) if read else None
    return TopicMonth(month, len(here), len(here) / all_, negative)


def _month(remark: Remark) -> str:
    return f"{remark.at:%Y-%m}" if remark.at else ""
