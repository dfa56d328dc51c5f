"""A profile in words and figures for a person: sections of rows, which the terminal and the page both show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.customer import UNKNOWN, CustomerProfile
from core.habits import Share
from core.prediction import Prediction
from insight.customers.segments import SEGMENTS

Row = tuple[str, str]
"""label, value"""
REASONS = 3
"""of a prediction that are told"""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


def sections(profile: CustomerProfile) -> tuple[Section, ...]:
    """What is known, by subject; a subject of which nothing is known is left out."""
    found = (
        Section("Segment", tuple(_segment(profile))),
        Section("Purchases", tuple(_purchases(profile))),
        Section("Tastes", tuple(_tastes(profile))),
        Section("Habits", tuple(_habits(profile))),
        Section("Mood and standing", tuple(_standing(profile))),
        Section("Consents in force", tuple(_consents(profile))),
        Section("Predictions", tuple(_foretold(one) for one in profile.predictions)),
    )
    return tuple(section for section in found if section.rows)


def _segment(profile: CustomerProfile) -> Iterator[Row]:
    if profile.segment in SEGMENTS and profile.segment != UNKNOWN:
        known = SEGMENTS[profile.segment]
        yield known.title["en"], known.description["en"]
    if profile.rfm:
        recency, frequency, money = profile.rfm
        yield "Scores, 1 to 5", f"recency {recency}, frequency {frequency}, money {money}"
    if profile.cluster != UNKNOWN:
        yield "Alike customers", profile.cluster
    yield "Language", profile.language


def _purchases(profile: CustomerProfile) -> Iterator[Row]:
    yield "Orders", str(profile.order_count)
    if profile.order_count:
        yield "Spent", f"{profile.total_spent:,.2f}"
    if profile.days_since_order is not None:
        yield "Last order", f"{profile.days_since_order} days before"
    if profile.last_product_name:
        yield "Last bought", profile.last_product_name
    if profile.tenure_days is not None:
        yield "Known for", f"{profile.tenure_days} days"


def _tastes(profile: CustomerProfile) -> Iterator[Row]:
    if profile.favourite_categories:
        yield "Categories", ", ".join(profile.favourite_categories)
    if profile.favourite_brands:
        yield "Brands", ", ".join(profile.favourite_brands)
    if profile.price_band != UNKNOWN:
        yield "Price band", profile.price_band


def _habits(profile: CustomerProfile) -> Iterator[Row]:
    for label, shares in (
        ("Met on", profile.channels),
        ("Time of day (UTC)", profile.dayparts),
        ("Weekdays", profile.weekdays),
        ("Asks about", profile.topics),
    ):
        if shares:
            yield label, _shares(shares)


def _standing(profile: CustomerProfile) -> Iterator[Row]:
    if profile.sentiment != UNKNOWN:
        yield "Sentiment of late", profile.sentiment
    for mood in profile.moods:
        yield f"{mood.month}, {mood.source}", f"{mood.value:+.2f} ({mood.count})"
    for label, score in (("Loyalty, 0 to 1", profile.loyalty), ("Satisfaction, 0 to 1", profile.satisfaction)):
        if score is not None:
            yield label, f"{score:.2f}"


def _consents(profile: CustomerProfile) -> Iterator[Row]:
    for consent in profile.consents:
        yield consent.channel, f"{'yes' if consent.granted else 'no'}, {consent.at:%Y-%m-%d}, {consent.source}"


def _foretold(one: Prediction) -> Row:
    between = "" if one.low is None or one.high is None else f" ({one.low:.3g} to {one.high:.3g})"
    because = "; ".join(f"{reason.feature} {reason.value} ({reason.effect:+.2g})" for reason in one.reasons[:REASONS])
    value = f"{one.value:.3g} {one.unit}{between}, as of {one.as_of:%Y-%m-%d}, by {one.model}"
    return one.name, f"{value}. Because: {because}" if because else value


def _shares(shares: Sequence[Share]) -> str:
    return ", ".join(f"{one.name.replace('_', ' ')} {one.share:.0%}" for one in shares)
