"""What customers write about what they bought: a rating, and sentences that say the same in their language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from core.customer import Order, OrderLine, Review
from shop.demo.catalogue import home_category, read_cast
from shop.demo.orders import product_named

WRITES = 0.24
"""share of delivered lines that are reviewed"""
SPREAD = 1.3
"""of the ratings around a product's true quality"""
JOINER = {"en": " ", "zh": ""}


@dataclass(frozen=True, slots=True)
class Tone:
    """How many sentences of praise and of complaint a rating takes."""

    name: str
    praise: tuple[int, int]
    complaint: tuple[int, int]


POSITIVE = Tone("positive", praise=(1, 2), complaint=(0, 0))
MIXED = Tone("mixed", praise=(1, 1), complaint=(1, 1))
NEGATIVE = Tone("negative", praise=(0, 0), complaint=(1, 2))


def reviews_of(orders: Sequence[Order], language: str, rng: Random, now: datetime) -> list[Review]:
    """Reviews of delivered and returned lines, written some days after, their ids still empty."""
    reviews: list[Review] = []
    for order in orders:
        if order.placed is None or order.status not in ("delivered", "returned"):
            continue
        for line in order.lines:
            at = order.placed + timedelta(days=6 + rng.expovariate(1 / 12))
            if rng.random() < WRITES and at < now:
                reviews.append(_review(order, line, language, rng, at))
    return reviews


@cache
def true_quality(product_id: str) -> float:
    """What customers think of a product in the mean, 1 to 5; hidden from the shop."""
    return Random(f"quality/{product_id}").triangular(3.0, 4.9, 4.4)


def _review(order: Order, line: OrderLine, language: str, rng: Random, at: datetime) -> Review:
    product = product_named(line.product_id)
    felt = rng.gauss(true_quality(product.id), SPREAD) - (1.5 if order.status == "returned" else 0)
    rating = min(max(round(felt), 1), 5)
    return Review(
        id="",
        text=write_review(product.id, product.named(language), rating, language, rng),
        product_id=product.id,
        customer_id=order.customer_id,
        rating=float(rating),
        category=home_category(product),
        language=language,
        at=at.replace(microsecond=0),
    )


def write_review(product_id: str, name: str, rating: int, language: str, rng: Random) -> str:
    """A review in `language` whose sentiment is that of `rating`: 1-2 negative, 3 mixed, 4-5 positive."""
    tone = NEGATIVE if rating <= 2 else MIXED if rating == 3 else POSITIVE
    bank = sentence_bank()[language]
    about = bank["groups"][group_of(product_id)]
    sentences = [rng.choice(bank["openings"][tone.name])] if rng.random() < 0.55 else []
    sentences += rng.sample(about["positive"], rng.randint(*tone.praise))
    sentences += rng.sample(about["negative"], rng.randint(*tone.complaint))
    if rng.random() < 0.45:
        sentences.append(rng.choice(bank["closings"][tone.name]))
    return JOINER[language].join(sentences).replace("{name}", name)


@cache
def sentence_bank() -> Any:
    """`cast/reviews.yaml`: language -> openings, closings and, by group of products, praise and complaint."""
    return read_cast("reviews.yaml")


@cache
def group_of(product_id: str) -> str:
    """The group of products whose sentences fit this one."""
    groups: dict[str, list[str]] = sentence_bank()["groups"]
    return next(name for name, members in groups.items() if product_id in members)
