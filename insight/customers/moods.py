"""How a customer feels, of late and over time, from the stars and words of reviews and from chats with the desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from core.customer import Review
from core.habits import Mood

if TYPE_CHECKING:
    from insight.reading.readers import Readers

LATEST = 3
"""texts looked at; an old complaint should not colour today's letter"""
MONTHS = 12
"""months with a review or a chat that a profile tells of"""
VALUES: Mapping[str, float] = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}
SCHEMA: dict[str, Any] = {
    "customer_id": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "source": pl.String,
    "value": pl.Float64,
}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def feelings(reviews: Iterable[Review], turns: pl.DataFrame, readers: Readers | None) -> pl.DataFrame:
    """customer_id, at, source (`reviews` or `chats`), value (-1, 0, 1), the newest of each customer first.

    Four or five stars, or one or two, are the customer's own verdict and stand; three stars, or none, leave it to the
    words, which `readers` reads in one batch, of each customer's three latest reviews (other such reviews are neutral
    where they have stars, and passed over where not). Chats were read when they were held; see
    `store.conversations.readings`.
    """
    by_customer: defaultdict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        if review.customer_id is not None:
            by_customer[review.customer_id].append(review)
    for written in by_customer.values():
        written.sort(key=lambda review: (review.at or _LONG_AGO, review.id), reverse=True)
    words = _read_words([review for written in by_customer.values() for review in written[:LATEST]], readers)
    rows = [
        (customer, review.at, "reviews", value)
        for customer, written in by_customer.items()
        for place, review in enumerate(written)
        if (value := _value(review, words if place < LATEST else {})) is not None
    ]
    spoken = turns.filter(pl.col("sentiment").is_in(list(VALUES))).select(
        "customer_id", "at", source=pl.lit("chats"), value=pl.col("sentiment").replace_strict(dict(VALUES))
    )
    said = spoken.sort("customer_id", "at", descending=[False, True], maintain_order=True)
    return pl.concat([pl.DataFrame(rows, schema=SCHEMA, orient="row"), said])


def moods(felt: pl.DataFrame) -> dict[str, str]:
    """Customer id -> `positive`, `neutral` or `negative`: of the three latest reviews, the latest counting double.

    Whoever wrote no review is known by their three latest chats: a question asked at the desk is mostly neutral, and
    would hide what a review says.
    """
    wrote = felt.filter(source="reviews")
    spoke = felt.filter(source="chats").join(wrote.select("customer_id"), on="customer_id", how="anti")
    latest = pl.concat([wrote, spoke]).group_by("customer_id", maintain_order=True).agg(pl.col("value").head(LATEST))
    return {customer: _name(values) for customer, values in latest.iter_rows()}


def mood_history(felt: pl.DataFrame) -> dict[str, tuple[Mood, ...]]:
    """Customer id -> the mean of each month and source, the oldest first, of the latest `MONTHS` such rows."""
    by_month = (
        felt.filter(pl.col("at").is_not_null())
        .group_by("customer_id", pl.col("at").dt.strftime("%Y-%m").alias("month"), "source")
        .agg(pl.col("value").mean().round(4), count=pl.len())
        .sort("customer_id", "month", "source")
        .group_by("customer_id", maintain_order=True)
        .tail(MONTHS)
    )
    found: defaultdict[str, list[Mood]] = defaultdict(list)
    for customer, month, source, value, count in by_month.iter_rows():
        found[customer].append(Mood(month, source, value, count))
    return {customer: tuple(told) for customer, told in found.items()}


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


def _value(review: Review, words: Mapping[str, str]) -> float | None:
    name = _by_stars(review) or words.get(review.text) or ("neutral" if review.rating is not None else None)
    return None if name is None else VALUES[name]


def _name(values: Sequence[float]) -> str:
    weighted = [values[0], *values]
    mean = sum(weighted) / len(weighted)
    return "positive" if mean > 1 / 3 else "negative" if mean < -1 / 3 else "neutral"
