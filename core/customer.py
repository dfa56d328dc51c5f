"""Who buys and what they did: customers with their consents, orders, events, reviews, and their profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.habits import Mood, Share
from core.prediction import Prediction

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Consent:
    """A yes or a no to marketing on one channel. The latest by `at` is in force."""

    channel: str
    granted: bool
    at: datetime
    source: str
    """where it was given, e.g. `checkout`, `tau2 import`"""


@dataclass(frozen=True, slots=True)
class Customer:
    """Times are UTC and aware."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    language: str = "en"
    attributes: Mapping[str, str] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    created: datetime | None = None

    def consents_to(self, channel: str) -> Consent | None:
        """The consent in force on `channel`, yes or no; None if never asked."""
        said = [consent for consent in self.consents if consent.channel == channel]
        return max(said, key=lambda consent: consent.at, default=None)


@dataclass(frozen=True, slots=True)
class OrderLine:
    product_id: str
    name: str
    quantity: int = 1
    price: Decimal | None = None
    """of one piece"""
    variant_id: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    customer_id: str
    lines: tuple[OrderLine, ...] = ()
    status: str = UNKNOWN
    placed: datetime | None = None
    total: Decimal | None = None
    currency: str | None = None
    tracking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a customer did: `view`, `cart`, `search`, `open`, `click` ..."""

    customer_id: str
    kind: str
    at: datetime
    product_id: str | None = None
    value: float | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a customer said in public: of a product in the shop, or in a post elsewhere."""

    id: str
    text: str
    product_id: str | None = None
    customer_id: str | None = None
    rating: float | None = None
    """1 (worst) to 5 (best)"""
    category: str | None = None
    language: str = "en"
    at: datetime | None = None
    source: str = "review"
    """where it was said: `review` in the shop, else the platform"""


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """What is known of one customer, drawn from behaviour; the prompts are conditioned on it.

    It carries no name, address or other direct identifier, so that it may be embedded and shown to the model. Which
    task sees which of its fields, `insight.customers.visible` says.
    """

    customer_id: str
    language: str = "en"
    segment: str = UNKNOWN
    """an RFM segment's name, see insight.customers.rfm"""
    favourite_categories: tuple[str, ...] = ()
    """at most three, the favourite first"""
    price_band: str = UNKNOWN
    """`budget`, `middle` or `premium` among this shop's customers"""
    sentiment: str = UNKNOWN
    """of their latest reviews and chats: `positive`, `neutral` or `negative`"""
    order_count: int = 0
    total_spent: Decimal = Decimal(0)
    days_since_order: int | None = None
    last_product_id: str | None = None
    last_product_name: str | None = None
    as_of: datetime | None = None
    """the moment that days are counted back from; None in a profile drawn before this was written down"""
    tenure_days: int | None = None
    """since they were first heard of"""
    rfm: tuple[int, int, int] | None = None
    """recency, frequency, money, 1 to 5 each, 5 the best"""
    favourite_brands: tuple[str, ...] = ()
    """at most three, the favourite first"""
    channels: tuple[Share, ...] = ()
    """where they are met, of events; like the other shares at most three, the largest first"""
    dayparts: tuple[Share, ...] = ()
    """`night`, `morning`, `afternoon`, `evening`, six hours each from midnight UTC, of orders and events"""
    weekdays: tuple[Share, ...] = ()
    """`Monday` ..., of orders and events"""
    moods: tuple[Mood, ...] = ()
    """of the latest months with a review or a chat, the oldest first"""
    topics: tuple[Share, ...] = ()
    """what they wanted of the support desk, intents"""
    loyalty: float | None = None
    """0..1, see insight.customers.standing; None for who never bought"""
    satisfaction: float | None = None
    """0..1, likewise; None for who never said or sent back anything, nor bought"""
    consents: tuple[Consent, ...] = ()
    """in force, one a channel"""
    cluster: str = UNKNOWN
    """the name of the group of similar customers they were last found in"""
    predictions: tuple[Prediction, ...] = ()
    """the latest of each name"""
