"""Records in Hawker's own layout (docs/LAYOUT.md) into the dataclasses of core: what a shop sells, knows, and to whom.

What its customers did is cleaned in `shop.acts`.

Each raises `RowRefused` where something needed is missing or unclear, and notes what it left out. The keys of a record
are the dataclass's fields.
"""

from __future__ import annotations

from typing import cast, get_args

from core.customer import Consent, Customer
from core.shop import Document, Product, Variant, Visibility
from shop.fields import Fields
from shop.values import language_of

VISIBILITIES: tuple[str, ...] = get_args(Visibility)


def clean_product(row: Fields) -> Product:
    name = row.texts_by_language("name")
    if not name:
        raise row.refused("name", "", "missing")
    currency = row.currency("currency", "price")
    return Product(
        id=row.id("id"),
        name=name,
        description=row.texts_by_language("description"),
        attributes=row.mappings("attributes"),
        category=row.texts("category"),
        brand=row.optional_text("brand"),
        price=row.money("price", currency),
        currency=currency,
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
        created=row.past_time("created"),
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
