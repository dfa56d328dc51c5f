"""What a rule may ask of a customer: names, what kind of answer each takes, and what a marketer reads of it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from core.errors import UserError
from insight.behaviour.features import FEATURES

BOUGHT: Mapping[str, str] = MappingProxyType(
    {"category": "bought from this category", "brand": "bought this brand", "product": "bought this product (its id)"}
)
SEEN: Mapping[str, str] = MappingProxyType(
    {"seen_category": "looked at this category", "seen_product": "looked at this product (its id)"}
)
PERSON: Mapping[str, str] = MappingProxyType(
    {
        "segment": "the RFM segment, see `hawker insight segments`",
        "cluster": "the found segment, see `hawker insight segments`",
        "language": "en, zh ...",
    }
)
CONSENT = "consent"
DAYS: Mapping[str, str] = MappingProxyType(
    {"last_order": "days_since_order", "first_order": "days_since_first_order", "last_visit": "days_since_visit"}
)
"""names that a marketer uses for features that count days"""
NAMED = frozenset({*BOUGHT, *SEEN, *PERSON})
NUMBERS = frozenset({*DAYS, *FEATURES})
UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30, "year": 365, "years": 365}


def feature_of(field: str) -> str:
    """The column of `insight.behaviour.features` behind a field of numbers."""
    return DAYS.get(field, field)


def known_field(name: str) -> str:
    """`name`, if there is such a field. Raises `UserError` with the nearest ones."""
    known = [*BOUGHT, *SEEN, *PERSON, CONSENT, *DAYS, *FEATURES]
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else "see `hawker insight segments --fields`"
    raise UserError("rule field", name, "one of " + ", ".join([*BOUGHT, *PERSON, CONSENT, *DAYS, "orders ..."]), hint)
