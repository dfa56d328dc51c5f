"""From recipients to contexts: everything the prompt will see of each, so that equal ones share one generation.

Slots are filled from the recipient's own record afterwards; here only their names enter, for a text must not ask for
what a recipient has not got.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from campaigns.audience import Recipient
from campaigns.spec import CampaignSpec
from core.customer import CustomerProfile
from core.mail import EmailContext
from core.money import money
from core.plain import plain
from core.shop import Product
from insight.customers.visible import visible
from retrieval.facts import price_range

Per = Literal["context", "recipient"]


class Recommender(Protocol):
    def __call__(self, profile: CustomerProfile) -> Product | None: ...


@dataclass(frozen=True, slots=True)
class Addressed:
    """One recipient with the context they share and the values only they have."""

    recipient: Recipient
    context: EmailContext
    slots: Mapping[str, str]


def context_hash(context: EmailContext) -> str:
    """A name for equal contexts: 16 hex digits of SHA-256 over its plain form."""
    text = json.dumps(plain(context), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def address(
    spec: CampaignSpec, recipients: Sequence[Recipient], recommend: Recommender, per: Per
) -> tuple[list[Addressed], list[Recipient]]:
    """Every recipient with context and slots; and those for whom there is no product to write about."""
    addressed: list[Addressed] = []
    without: list[Recipient] = []
    for recipient in recipients:
        product = recommend(recipient.profile)
        if product is None:
            without.append(recipient)
            continue
        slots = recipient_slots(recipient, product, spec.text("offer", recipient.language))
        addressed.append(Addressed(recipient, _context(spec, recipient, product, tuple(slots), per), slots))
    return addressed, without


def recipient_slots(recipient: Recipient, product: Product, offer: str) -> dict[str, str]:
    """What code will write into the text for this recipient; a slot that would be empty is left out."""
    values = {
        "first_name": recipient.customer.first_name,
        "last_product": visible(recipient.profile, "email").last_product_name or "",
        "product": product.named(recipient.language),
        "price": _price(product, recipient.language),
        "offer": offer,
    }
    return {name: value for name, value in values.items() if value}


def _price(product: Product, language: str) -> str:
    """The price as the customer reads it; where variants differ, the lowest, and said to be that."""
    prices = price_range(product)
    if prices is None:
        return ""
    lowest = money(prices[0], product.currency)
    if prices[0] == prices[1]:
        return lowest
    return f"{lowest}起" if language == "zh" else f"{lowest} and up"


def _context(
    spec: CampaignSpec, recipient: Recipient, product: Product, slots: tuple[str, ...], per: Per
) -> EmailContext:
    profile, language = visible(recipient.profile, "email"), recipient.language
    return EmailContext(
        campaign=spec.name,
        goal=spec.text("goal", language),
        product_id=product.id,
        language=language,
        segment=profile.segment,
        sentiment=profile.sentiment,
        price_band=profile.price_band,
        favourite_category=profile.favourite_categories[0] if profile.favourite_categories else "",
        tone=spec.text("tone", language),
        offer=spec.text("offer", language),
        slots=slots,
        recipient=recipient.customer.id if per == "recipient" else None,
    )
