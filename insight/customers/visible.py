"""Which of a profile's fields a task may see. What a task does not see cannot enter its prompt, nor split a context.

Everything volatile (days, shares, scores, predictions) stays out of texts: two customers of one kind shall share one
text, and a letter shall not say what a model thinks of its reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from core.customer import CustomerProfile

Task = Literal["copy", "email", "support", "choosing"]

FIELDS: Mapping[Task, tuple[str, ...]] = {
    "copy": ("language", "segment", "sentiment"),
    "email": ("language", "segment", "sentiment", "price_band", "favourite_categories", "last_product_name"),
    "support": ("language", "segment"),
    "choosing": ("language", "segment", "favourite_categories", "price_band"),
}
"""`choosing`: which product a mail is about"""
_BLANK = CustomerProfile("")


def visible(profile: CustomerProfile, task: Task) -> CustomerProfile:
    """`profile` as `task` sees it: its fields, and of all others what a stranger's profile has. No customer id.

    Equal ones are equal, and hash alike, however much else is known of the two customers.
    """
    seen: dict[str, Any] = {name: getattr(profile, name) for name in FIELDS[task]}
    return replace(_BLANK, **seen)
