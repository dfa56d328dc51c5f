"""The page of a profile: every figure has its moment, and nothing that comes from data is read as HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

from core.customer import Consent, CustomerProfile
from core.habits import Mood, Share
from core.prediction import Prediction, Reason
from insight.customers.page import profile_page
from insight.customers.telling import sections

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
EVIL = "<script>alert('x')</script>\"&"
ANN = CustomerProfile(
    "ann",
    segment="loyal",
    favourite_categories=("tents",),
    order_count=2,
    total_spent=Decimal("98.10"),
    days_since_order=0,
    last_product_name="Tent",
    as_of=NOON,
    channels=(Share("phone", 3, 0.75),),
    moods=(Mood("2026-04", "chats", -0.5, 2),),
    loyalty=0.5,
    consents=(Consent("email", False, NOON, "checkout"),),
    predictions=(Prediction("churn", 0.25, "probability", NOON, "churn@1", 0.2, 0.3, (Reason("days", "12", 0.5),)),),
)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_says_what_is_known_and_as_of_when() -> None:
    page = profile_page(ANN, {"size": "M"})
    for told in ("98.10", "0 days before", "phone 75%", "2026-04, chats", "-0.50 (2)", "no, 2026-05-01, checkout"):
        assert told in page
    assert "0.25 probability (0.2 to 0.3), as of 2026-05-01, by churn@1. Because: days 12 (+0.5)" in page
    assert page.count("2026-05-01 12:00 UTC") == len(sections(ANN)) + 2


def test_data_is_never_markup_and_the_page_needs_no_network() -> None:
    evil = replace(ANN, customer_id=EVIL, last_product_name=EVIL, favourite_categories=(EVIL,))
    tags = Tags(profile_page(evil, {EVIL: EVIL}))
    assert "script" not in tags.seen
    assert tags.links == []


def test_who_is_unknown_has_a_page_too() -> None:
    page = profile_page(CustomerProfile("new"), {})
    assert "an unknown moment" in page
    assert "Predictions" not in page
