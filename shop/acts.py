"""Records of what customers did and said into the dataclasses of core: orders, events, reviews, posts, support turns.

As in `shop.cleaning`, each function raises `RowRefused` where something needed is missing or unclear, and notes what it
left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from core.customer import Event, Order, OrderLine, Review
from shop.fields import Fields
from shop.values import language_of

BEST_RATING, WORST_RATING = 5.0, 1.0
RETURNED = "returned"
ROLES = {
    **dict.fromkeys(("customer", "user", "client", "buyer"), "customer"),
    **dict.fromkeys(("shop", "agent", "assistant", "staff", "support", "bot"), "shop"),
}


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """One thing that was said in a conversation of the past."""

    conversation_id: str
    customer_id: str | None
    at: datetime
    role: Literal["customer", "shop"]
    text: str
    language: str


def clean_order(row: Fields) -> Order:
    """An order with its lines; a table has one line a row instead, with the columns of both."""
    currency = row.currency("currency", "total")
    rows = [row] if row.record.flat and row.raw("product_id") is not None else row.children("lines")
    read = [_line(line, currency) for line in rows]
    kept = [line for line, came_back in read if not came_back]
    status = row.text("status", "unknown")
    if read and not kept:
        row.mend("quantity", "negative", f"taken as an order that was {RETURNED}")
        kept, status = [line for line, _ in read], RETURNED
    elif len(kept) < len(read):
        row.mend("quantity", "negative", "pieces that came back: the line is left out")
    return Order(
        id=row.id("id"),
        customer_id=row.id("customer_id"),
        lines=tuple(kept),
        status=status,
        placed=row.past_time("placed"),
        total=row.money("total", currency),
        currency=currency,
        tracking=row.texts("tracking"),
    )


def clean_event(row: Fields) -> Event:
    at = row.time("at")
    if at is None:
        raise row.refused("at", row.raw("at") or "", "no readable time")
    if row.is_future(at):
        raise row.refused("at", row.raw("at"), "in the future")
    return Event(
        customer_id=row.id("customer_id"),
        kind=row.needed_text("kind"),
        at=at,
        product_id=row.optional_id("product_id"),
        value=row.number("value"),
        channel=row.optional_text("channel"),
    )


def clean_review(row: Fields) -> Review:
    text = row.needed_text("text")
    rating = row.number("rating")
    if rating is not None and not WORST_RATING <= rating <= BEST_RATING:
        row.mend("rating", rating, f"outside {WORST_RATING:.0f} to {BEST_RATING:.0f}: left out")
        rating = None
    return Review(
        id=row.id("id"),
        text=text,
        product_id=row.optional_id("product_id"),
        customer_id=row.optional_id("customer_id"),
        rating=rating,
        category=next(iter(reversed(row.texts("category"))), None),
        language=row.language("language", language_of(text)),
        at=row.past_time("at"),
    )


def clean_post(row: Fields) -> Review:
    """A post is a review without stars that stands elsewhere; its id is the platform's, and so is marked by it."""
    text, source = row.needed_text("text"), row.id("source").lower()
    return Review(
        id=f"{source}:{row.id('id')}",
        text=text,
        product_id=row.optional_id("product_id"),
        customer_id=row.optional_id("customer_id"),
        category=next(iter(reversed(row.texts("category"))), None),
        language=row.language("language", language_of(text)),
        at=row.past_time("at"),
        source=source,
    )


def clean_turn(row: Fields) -> SpokenTurn:
    at, text = row.past_time("at"), row.needed_text("text")
    if at is None:
        raise row.refused("at", row.raw("at") or "", "no readable time, without which turns have no order")
    said = row.needed_text("role").lower()
    if said not in ROLES:
        raise row.refused("role", said, "not one of " + ", ".join(ROLES))
    return SpokenTurn(
        conversation_id=row.id("conversation_id"),
        customer_id=row.optional_id("customer_id"),
        at=at,
        role=cast('Literal["customer", "shop"]', ROLES[said]),
        text=text,
        language=row.language("language", language_of(text)),
    )


def _line(row: Fields, currency: str | None) -> tuple[OrderLine, bool]:
    """The line, and whether it was given back: its quantity is negative."""
    quantity = 1.0 if row.raw("quantity") is None else row.number("quantity")
    if not quantity or quantity != int(quantity):
        raise row.refused("quantity", row.raw("quantity"), "not a whole number, or none")
    line = OrderLine(
        product_id=row.id("product_id"),
        name=row.text("name") or row.id("product_id"),
        quantity=abs(int(quantity)),
        price=row.money("price", currency),
        variant_id=row.optional_id("variant_id"),
        options=row.mapping("options"),
    )
    return line, quantity < 0
