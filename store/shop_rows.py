"""Between the shop's dataclasses and their rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from core.customer import Review
from core.shop import Document, Product, Variant, Visibility
from store.tables.shop import DocumentRow, ProductRow, ReviewRow


def product_row(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "name": dict(product.name),
        "description": dict(product.description),
        "attributes": {language: dict(values) for language, values in product.attributes.items()},
        "category": list(product.category),
        "brand": product.brand,
        "price": product.price,
        "currency": product.currency,
        "stock": product.stock,
        "url": product.url,
    }


def product_from(row: ProductRow, variants: Iterable[Variant]) -> Product:
    return Product(
        id=row.id,
        name=row.name,
        description=row.description,
        attributes=row.attributes,
        category=tuple(row.category),
        brand=row.brand,
        price=row.price,
        currency=row.currency,
        stock=row.stock,
        url=row.url,
        variants=tuple(variants),
    )


def variant_row(product_id: str, position: int, variant: Variant) -> dict[str, Any]:
    return {
        "product_id": product_id,
        "id": variant.id,
        "position": position,
        "options": dict(variant.options),
        "price": variant.price,
        "available": variant.available,
        "stock": variant.stock,
    }


def document_row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "language": document.language,
        "visibility": document.visibility,
        "source": document.source,
    }


def document_from(row: DocumentRow) -> Document:
    return Document(row.id, row.title, row.text, row.language, cast("Visibility", row.visibility), row.source)


def review_row(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "text": review.text,
        "product_id": review.product_id,
        "customer_id": review.customer_id,
        "rating": review.rating,
        "category": review.category,
        "language": review.language,
        "at": review.at,
        "source": review.source,
    }


def review_from(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        text=row.text,
        product_id=row.product_id,
        customer_id=row.customer_id,
        rating=row.rating,
        category=row.category,
        language=row.language,
        at=row.at,
        source=row.source,
    )
