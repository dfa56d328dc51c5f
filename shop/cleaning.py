"""Records in Hawker's own layout (docs/LAYOUT.md) into the dataclasses of core, one function a kind.

Each raises `RowRefused` where something needed is missing or unclear, and notes what it left out. The keys of a record
are the dataclass's fields.
"""

from __future__ import annotations

from typing import cast, get_args

from core.customer import Consent, Customer, Event, Order, OrderLine, Review
from core.shop import Document, Product, Variant, Visibility
from shop.fields import Fields
from shop.values import language_of

VISIBILITIES: tuple[str, ...] = get_args(Visibility)
BEST_RATING, WORST_RATING = 5.0, 1.0


def clean_product(row: Fields) -> Product:
    name = row.texts_by_language("name")
    if not name:
        raise row.refused("name", "", "missing")
    return Product(
        id=row.id("id"),
        name=name,
        description=row.texts_by_language("description"),
        attributes=row.mappings("attributes"),
        category=row.texts("category"),
        brand=row.optional_text("brand"),
        price=row.money("price"),
        currency=row.optional_text("currency"),
        stock=row.count("stock"),
        url=row.optional_text("url"),
        variants=tuple(_variant(variant) for variant in row.children("variants")),
    )


def clean_document(row: Fields) -> Document:
    text = row.needed_text("text")
    visibility = row.text("visibility", "public")
    if visibility not in VISIBILITIES:
        # Never guessed: the wrong one would show an internal document to customers.
        raise row.refused("visibility", visibility, "not one of " + ", ".join(VISIBILITIES))
    source = row.text("source", row.record.file)
    return Document(
        id=row.optional_id("id") or source.rpartition(".")[0] or source,
        title=row.text("title") or _heading(text) or source,
        text=text,
        language=row.language("language", language_of(text)),
        visibility=cast("Visibility", visibility),
        source=source,
    )


def clean_customer(row: Fields) -> Customer:
    return Customer(
        id=row.id("id"),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        email=row.email("email"),
        phone=row.optional_text("phone"),
        address=row.optional_text("address"),
        language=row.language("language"),
        attributes=row.mapping("attributes"),
        consents=tuple(_consent(consent) for consent in row.children("consents")),
        created=row.time("created"),
    )


def clean_order(row: Fields) -> Order:
    return Order(
        id=row.id("id"),
        customer_id=row.id("customer_id"),
        lines=tuple(_line(line) for line in row.children("lines")),
        status=row.text("status", "unknown"),
        placed=row.time("placed"),
        total=row.money("total"),
        currency=row.optional_text("currency"),
        tracking=row.texts("tracking"),
    )


def clean_event(row: Fields) -> Event:
    at = row.time("at")
    if at is None:
        raise row.refused("at", row.raw("at") or "", "no readable time")
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
        category=row.optional_text("category"),
        language=row.language("language", language_of(text)),
        at=row.time("at"),
    )


def _variant(row: Fields) -> Variant:
    available = row.yes_or_no("available")
    stock = row.count("stock")
    return Variant(
        id=row.id("id"),
        options=row.mapping("options"),
        price=row.money("price"),
        available=stock != 0 if available is None else available,
        stock=stock,
    )


def _line(row: Fields) -> OrderLine:
    quantity = 1 if row.raw("quantity") is None else row.count("quantity")
    if not quantity:
        raise row.refused("quantity", row.raw("quantity"), "not a whole number from 1 up")
    return OrderLine(
        product_id=row.id("product_id"),
        name=row.text("name") or row.id("product_id"),
        quantity=quantity,
        price=row.money("price"),
        variant_id=row.optional_id("variant_id"),
        options=row.mapping("options"),
    )


def _consent(row: Fields) -> Consent:
    granted, at = row.yes_or_no("granted"), row.time("at")
    if granted is None or at is None:
        # A consent that is unclear or undated proves nothing, and must not be dropped silently either.
        field = "granted" if granted is None else "at"
        raise row.refused(field, row.raw(field) or "", "a consent says yes or no and when")
    return Consent(row.needed_text("channel"), granted, at, row.needed_text("source"))


def _heading(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""
