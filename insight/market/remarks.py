"""Remarks: single sentences of reviews and questions, each with where it was said, and the words it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from core.customer import Review

ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？!?；;])|<br\s*/?>|\n+")
WORD = re.compile(r"[a-z][a-z'’-]+[a-z]|[\u4e00-\u9fff]+")
SHORTEST, LONGEST = 6, 400
"""characters; below, nothing is said, above, it is no sentence. A Chinese one needs half as many"""


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence."""

    source: str
    """the review's id, or the conversation and turn"""
    text: str
    language: str
    at: datetime | None = None
    mood: str | None = None
    """`positive`, `neutral` or `negative`; None where nobody read it"""


def remarks_of(reviews: Iterable[Review]) -> list[Remark]:
    """The sentences of `reviews` in their order; four or five stars, or one or two, are every sentence's mood."""
    return [
        Remark(review.id, sentence, review.language, review.at, _mood(review.rating))
        for review in reviews
        for sentence in sentences_of(review.text)
    ]


def sentences_of(text: str) -> list[str]:
    """The sentences worth reading, blanks closed up."""
    cut = [" ".join(part.split()) for part in ENDS.split(text)]
    return [part for part in cut if len(part) + _han(part) >= SHORTEST and len(part) <= LONGEST]


def words_of(text: str, language: str) -> list[str]:
    """Words that may tell topics apart: no function words, none that every review says. Chinese is cut by jieba."""
    lower = text.lower()
    if language != "zh":
        return [word for word in WORD.findall(lower) if word not in _much_said() and word not in _function_words()]
    import jieba

    jieba.setLogLevel(60)
    cut = (str(word) for part in WORD.findall(lower) for word in jieba.cut(part))
    return [word for word in cut if len(word) > 1 and word not in _much_said()]


@cache
def _much_said() -> frozenset[str]:
    """What reviews of anything say."""
    return frozenset(files("insight.market").joinpath("much_said.txt").read_text(encoding="utf-8").split())


def _function_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words: frozenset[str] = ENGLISH_STOP_WORDS
    return words


def _mood(rating: float | None) -> str | None:
    if rating is None or 2 < rating < 4:
        return None
    return "positive" if rating >= 4 else "negative"


def _han(text: str) -> int:
    return sum("\u4e00" <= letter <= "\u9fff" for letter in text)
