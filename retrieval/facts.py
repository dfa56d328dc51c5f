"""What may be said of a product: its record as facts, each with its source. The model is given these and no more."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.facts import Fact
from core.shop import Product
from retrieval.sentences import sentences


def product_facts(product: Product, language: str) -> tuple[Fact, ...]:
    """Name, brand, category, price, attributes, options, then the description's sentences as quotations.

    Texts are in `language` where the record has them, else in what it has. Stock is left out: it changes by the hour.
    A product priced by variant has `price_from` and `price_to` in place of `price`.
    """
    source = f"product:{product.id}"
    return tuple(Fact(key, value, source) for key, value in _pairs(product, language) if value)


def format_amount(amount: Decimal) -> str:
    """`79` as `79.00`, `0.5` as `0.50`; more decimals are kept."""
    exponent = amount.normalize().as_tuple().exponent
    return f"{amount:.2f}" if isinstance(exponent, int) and exponent >= -2 else f"{amount:f}"


def price_range(product: Product) -> tuple[Decimal, Decimal] | None:
    """Lowest and highest price of the product and its variants, or None where no price is known."""
    known = [variant.price for variant in product.variants if variant.price is not None]
    if not known and product.price is not None:
        known = [product.price]
    return (min(known), max(known)) if known else None


def options_of(product: Product) -> dict[str, list[str]]:
    """option name -> its values over all variants, in the order first met."""
    options: dict[str, list[str]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            values = options.setdefault(name, [])
            if value not in values:
                values.append(value)
    return options


def _pairs(product: Product, language: str) -> Iterator[tuple[str, str]]:
    yield "name", product.named(language)
    yield "brand", product.brand or ""
    yield "category", " > ".join(product.category)
    yield from _prices(product)
    yield from product.attributes_in(language).items()
    for name, values in options_of(product).items():
        yield name, ", ".join(values)
    for sentence in sentences(product.described(language)):
        yield "description", " ".join(sentence.split())


def _prices(product: Product) -> Iterator[tuple[str, str]]:
    prices = price_range(product)
    if prices is None:
        return
    if prices[0] == prices[1]:
        yield "price", format_amount(prices[0])
    else:
        yield "price_from", format_amount(prices[0])
        yield "price_to", format_amount(prices[1])
    yield "currency", product.currency or ""
