"""What a gap in the data costs: which prediction is missing or weak for want of which field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shop.quality.measures import Quality

ENOUGH_BUYERS, ENOUGH_DAYS = 500, 180
"""below these, learnt predictions are refused"""
MOSTLY = 0.5
COSTS = (
    ("orders", "placed", "segments, churn, lifetime value and forecasts see only dated orders"),
    ("orders", "lines", "recommendations and product forecasts need what was bought"),
    ("products", "category", "favourite categories and forecasts by category"),
    ("products", "price", "price bands, and prices in copy and answers"),
    ("products", "description", "copy and answers have few facts to draw on"),
    ("customers", "consents", "nobody without a consent may be written to"),
    ("customers", "email", "no e-mail can be sent to them, and they are not recognised elsewhere"),
    ("events", "product_id", "recommendations learn from purchases alone"),
    ("events", "channel", "the best channel for a customer is not known"),
    ("reviews", "product_id", "sentiment cannot be told by product"),
    ("reviews", "at", "sentiment over time and review trends"),
)
"""kind, field, and what it costs where it is empty"""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap in a marketer's words. `serious`: a whole prediction is not there for it."""

    what: str
    costs: str
    serious: bool


def find_gaps(quality: Quality) -> list[Gap]:
    """The serious ones first."""
    return sorted(_gaps(quality), key=lambda gap: not gap.serious)


def _gaps(quality: Quality) -> Iterator[Gap]:
    if not quality.counts["orders"]:
        yield Gap("no orders", "no segments, churn, lifetime value, recommendations or forecasts", True)
    else:
        if quality.buyers < ENOUGH_BUYERS:
            what = f"{quality.buyers:,} buyers, fewer than {ENOUGH_BUYERS}"
            yield Gap(what, "churn, purchase and value models refuse to be trained", True)
        if quality.days < ENOUGH_DAYS:
            what = f"orders over {quality.days:,} days, fewer than {ENOUGH_DAYS}"
            yield Gap(what, "models that learn from what happened next refuse to be trained", True)
    for kind, costs in (
        ("events", "no channel and hour habits, weaker purchase models"),
        ("reviews", "no sentiment, no review topics, no needs"),
    ):
        if not quality.counts[kind]:
            yield Gap(f"no {kind}", costs, True)
    for kind, name, costs in COSTS:
        share = quality.filled.get(kind, {}).get(name)
        if share is not None and share < 1:
            yield Gap(f"{1 - share:.0%} of {kind} have no {name.replace('_', ' ')}", costs, share < MOSTLY)
    for what, rows in quality.orphans.items():
        if rows and "unknown" in what:
            yield Gap(f"{rows:,} {what}", "they count in sums, and in no category, brand or recommendation", False)
    if quality.suggested:
        yield Gap(f"{quality.suggested:,} pairs of customers may be one person", "their history is split in two", False)
