"""What customers need: topics that displease more than the rest, and questions that nobody could answer.

Every need has its evidence: where it was said, how often, and how sure it is that it is more than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from insight.market.remarks import Remark
from insight.market.topics import Topic

if TYPE_CHECKING:
    from engine.protocol import Embedder

Kind = Literal["improve", "answer"]
FALSE_SHARE = 0.05
ALIKE = 0.93
"""cosine of two e5 vectors from which they ask the same; a guess that has not been measured"""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do."""

    kind: Kind
    """`improve`: what is complained of; `answer`: what was asked and is not in the knowledge, or not in stock"""
    language: str
    about: tuple[str, ...]
    """the words of it, or the question itself"""
    count: int
    """remarks that say so"""
    of: int
    """remarks on this matter, pleased ones among them"""
    usual: float | None
    """share of displeased remarks on all matters; None for questions"""
    chance: float | None
    """how often chance alone would give so many, corrected for the topics looked at; None for questions"""
    evidence: tuple[str, ...]
    """where: ids of reviews, or of conversations with the turn's number"""


def needs(topics: Sequence[Topic], questions: Sequence[Remark], embedder: Embedder) -> tuple[Need, ...]:
    """What to improve, by `topics` of reviews, then what to answer or stock, by `questions` that were handed over."""
    return (*_to_improve(topics), *_to_answer(questions, embedder))


def _to_improve(topics: Sequence[Topic]) -> list[Need]:
    """Topics with more displeased remarks than the rest of their language (one-sided binomial test)."""
    from scipy.stats import binomtest, false_discovery_control

    judged = [topic for topic in topics if topic.words and topic.negative + topic.positive > 0]
    if not judged:
        return []
    usual = [_usual(topics, topic.language) for topic in judged]
    chances = false_discovery_control(
        [
            binomtest(topic.negative, topic.negative + topic.positive, share, alternative="greater").pvalue
            for topic, share in zip(judged, usual, strict=True)
        ]
    )
    found = [
        Need("improve", topic.language, topic.words, topic.negative, read, share, float(chance), topic.sources)
        for topic, share, chance in zip(judged, usual, chances, strict=True)
        if chance <= FALSE_SHARE and (read := topic.negative + topic.positive)
    ]
    return sorted(found, key=lambda need: (-need.count, need.about))


def _usual(topics: Sequence[Topic], language: str) -> float:
    own = [topic for topic in topics if topic.language == language]
    negative, positive = sum(topic.negative for topic in own), sum(topic.positive for topic in own)
    return negative / (negative + positive)


def _to_answer(questions: Sequence[Remark], embedder: Embedder) -> list[Need]:
    """Questions that ask the same are one need, named by the one nearest to all of them."""
    if not questions:
        return []
    vectors = embedder.embed([question.text for question in questions], "query")
    found = []
    for group in _alike(vectors @ vectors.T, [question.language for question in questions]):
        own = vectors[group]
        middle = questions[group[int((own @ own.mean(axis=0)).argmax())]]
        sources = tuple(dict.fromkeys(questions[at].source for at in group))
        found.append(Need("answer", middle.language, (middle.text,), len(group), len(group), None, None, sources))
    return sorted(found, key=lambda need: (-need.count, need.about))


def _alike(cosines: np.ndarray[tuple[int, ...], np.dtype[np.float32]], languages: Sequence[str]) -> list[list[int]]:
    """Groups of one language, greedily: the question with the most others like it takes them all, then the next."""
    near = cosines >= ALIKE
    near &= np.asarray(languages)[:, None] == np.asarray(languages)[None, :]
    left, groups = np.ones(len(near), dtype=bool), []
    while left.any():
        counts = np.where(left, (near & left[None, :]).sum(axis=1), -1)
        first = int(counts.argmax())
        group = [int(at) for at in np.flatnonzero(near[first] & left)] or [first]
        left[group] = False
        groups.append(group)
    return groups
