"""How a customer feels of late, from the stars and words of their latest reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.customer import Review

if TYPE_CHECKING:
    from insight.reading.readers import Readers

LATEST = 3
"""reviews looked at; an old complaint should not colour today's letter"""
_VALUE = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def moods(reviews: Iterable[Review], readers: Readers | None) -> dict[str, str]:
    """Customer id -> `positive`, `neutral` or `negative`, of their three latest reviews, the latest counting double.

    Four or five stars, or one or two, are the customer's own verdict and stand; three stars, or none, leave it to the
    words, which `readers` reads in one batch (without `readers` such reviews are neutral, or passed over).
    """
    by_customer: defaultdict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        if review.customer_id is not None:
            by_customer[review.customer_id].append(review)
    latest = {
        customer: sorted(written, key=lambda review: (review.at or _LONG_AGO, review.id), reverse=True)[:LATEST]
        for customer, written in by_customer.items()
    }
    words = _read_words([review for written in latest.values() for review in written], readers)
    felt = {customer: _values(written, words) for customer, written in latest.items()}
    return {customer: _name(values) for customer, values in felt.items() if values}


def _read_words(reviews: Sequence[Review], readers: Readers | None) -> dict[str, str]:
    """text -> its sentiment, of the reviews whose stars leave it open; each distinct text is read once"""
    if readers is None:
        return {}
    texts = list(dict.fromkeys(review.text for review in reviews if _by_stars(review) is None and review.text.strip()))
    return {text: label.name for text, label in zip(texts, readers.sentiments(texts), strict=True)}


def _by_stars(review: Review) -> str | None:
    if review.rating is None or 2 < review.rating < 4:
        return None
    return "positive" if review.rating >= 4 else "negative"


def _values(written: Sequence[Review], words: dict[str, str]) -> list[float]:
    values = []
    for review in written:
        name = _by_stars(review) or words.get(review.text) or ("neutral" if review.rating is not None else None)
        if name is not None:
            values.append(_VALUE[name])
    return values


def _name(values: Sequence[float]) -> str:
    weighted = [values[0], *values]
    mean = sum(weighted) / len(weighted)
    return "positive" if mean > 1 / 3 else "negative" if mean < -1 / 3 else "neutral"
