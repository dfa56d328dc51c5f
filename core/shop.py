"""What a shop is made of: products with variants, knowledge documents, the brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from core.language import in_language

Visibility = Literal["public", "desk", "staff"]
"""Who a document is for. `public`: may be quoted and linked to a customer. `desk`: an internal document that may
ground an answer to a customer and is cited by its title. `staff`: never used in an answer to a customer."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One buyable form of a product."""

    id: str
    options: Mapping[str, str]
    price: Decimal | None = None
    available: bool = True
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Texts are by language (ISO 639-1); money is in the currency's main unit."""

    id: str
    name: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """language -> attribute name -> value, in the order a copywriter should see them"""
    category: tuple[str, ...] = ()
    """from wide to narrow"""
    brand: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    stock: int | None = None
    url: str | None = None
    variants: tuple[Variant, ...] = ()

    def named(self, language: str) -> str:
        return in_language(self.name, language) or self.id

    def described(self, language: str) -> str:
        return in_language(self.description, language) or ""

    def attributes_in(self, language: str) -> Mapping[str, str]:
        return in_language(self.attributes, language) or {}


@dataclass(frozen=True, slots=True)
class Document:
    """One knowledge article, Markdown or plain text."""

    id: str
    title: str
    text: str
    language: str
    visibility: Visibility = "public"
    source: str = ""
    """where it was read from, for people"""


@dataclass(frozen=True, slots=True)
class Brand:
    """BRAND.yaml: how the shop speaks and who it is."""

    name: str
    sender: str = ""
    voice: Mapping[str, str] = field(default_factory=dict)
    """language -> a line or two on how the brand sounds"""
    words_to_use: tuple[str, ...] = ()
    words_to_avoid: tuple[str, ...] = ()
    postal_address: str = ""
    currency: str = "USD"
    languages: tuple[str, ...] = ("en",)
    url: str = ""
    support_contact: str = ""
    """how a customer reaches a person: an address or a telephone number"""
    country: str = ""
    """ISO 3166, two letters: whose holidays its customers keep, and where telephone numbers are from that name no
    country; empty: unknown"""
