"""What the shop sells and says: brand, products, documents, reviews. Each `put` inserts or overwrites by id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.customer import Review
from core.errors import NotFound, UserError
from core.shop import Brand, Document, Product, Variant
from store.database import Database, in_chunks
from store.events import EventLog
from store.people import aliases
from store.shop_rows import document_from, document_row, product_from, product_row, review_from, review_row, variant_row
from store.tables.people import CustomerRow, OrderRow
from store.tables.shop import BrandRow, DocumentRow, ProductRow, ReviewRow, VariantRow

COUNTED: dict[str, type[CustomerRow | DocumentRow | OrderRow | ProductRow | ReviewRow]] = {
    "products": ProductRow,
    "documents": DocumentRow,
    "customers": CustomerRow,
    "orders": OrderRow,
    "reviews": ReviewRow,
}


class ShopShelf:
    """The repository behind `Store.shop`."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database = database
        self._events = events

    def brand(self) -> Brand | None:
        with self._database.read() as session:
            row = session.get(BrandRow, 1)
        return None if row is None else _brand_from(row.content)

    def set_brand(self, brand: Brand) -> None:
        with self._database.write() as session:
            self._database.upsert(session, BrandRow, [{"id": 1, "content": asdict(brand)}])

    def put_products(self, products: Iterable[Product]) -> None:
        """Products with their variants; variants that are no longer named go."""
        products = list({product.id: product for product in products}.values())
        variants = [
            variant_row(product.id, place, variant)
            for product in products
            for place, variant in enumerate({variant.id: variant for variant in product.variants}.values())
        ]
        with self._database.write() as session:
            self._database.upsert(session, ProductRow, [product_row(product) for product in products])
            for some in in_chunks([product.id for product in products]):
                session.execute(delete(VariantRow).where(VariantRow.product_id.in_(some)))
            self._database.upsert(session, VariantRow, variants)

    def product(self, product_id: str) -> Product:
        """Raises `NotFound` with the closest ids."""
        with self._database.read() as session:
            row = session.get(ProductRow, product_id)
            if row is not None:
                return product_from(row, self._variants(session, [product_id]).get(product_id, ()))
            known = session.scalars(select(ProductRow.id)).all()
        raise _unknown("--product", product_id, "a product of this shop", known)

    def products(self, offset: int = 0, limit: int | None = None) -> list[Product]:
        """In the order of their ids."""
        with self._database.read() as session:
            rows = session.scalars(select(ProductRow).order_by(ProductRow.id).offset(offset).limit(limit)).all()
            variants = self._variants(session, [row.id for row in rows])
        return [product_from(row, variants.get(row.id, ())) for row in rows]

    def put_documents(self, documents: Iterable[Document]) -> None:
        rows = {document.id: document_row(document) for document in documents}
        with self._database.write() as session:
            self._database.upsert(session, DocumentRow, list(rows.values()))

    def document(self, document_id: str) -> Document:
        """Raises `NotFound` with the closest ids."""
        with self._database.read() as session:
            row = session.get(DocumentRow, document_id)
            if row is not None:
                return document_from(row)
            known = session.scalars(select(DocumentRow.id)).all()
        raise _unknown("document", document_id, "a document of this shop", known)

    def documents(self) -> list[Document]:
        """In the order of their ids."""
        with self._database.read() as session:
            return [document_from(row) for row in session.scalars(select(DocumentRow).order_by(DocumentRow.id))]

    def put_reviews(self, reviews: Iterable[Review]) -> None:
        rows = {review.id: review_row(review) for review in reviews}
        with self._database.write() as session:
            self._database.upsert(session, ReviewRow, list(rows.values()))

    def reviews(self, product_id: str | None = None, limit: int | None = None) -> list[Review]:
        """Newest first, undated ones last; of one product or of all. Erased texts are left out."""
        wanted = select(ReviewRow).where(ReviewRow.text != "")
        if product_id is not None:
            wanted = wanted.where(ReviewRow.product_id == product_id)
        wanted = wanted.order_by(ReviewRow.at.is_(None), ReviewRow.at.desc(), ReviewRow.id).limit(limit)
        with self._database.read() as session:
            standing = aliases(session)
            found = [review_from(row) for row in session.scalars(wanted)]
        return [replace(one, customer_id=standing.get(one.customer_id or "", one.customer_id)) for one in found]

    def counts(self) -> dict[str, int]:
        """How many of each kind are there: products, documents, customers, orders, reviews, events."""
        with self._database.read() as session:
            counts = {kind: session.scalar(select(func.count()).select_from(row)) or 0 for kind, row in COUNTED.items()}
        return {**counts, "events": self._events.count()}

    def sample_ids(self, kind: str, n: int) -> list[str]:
        """The first `n` ids of a kind in `counts`. Raises `UserError` for another kind."""
        row = COUNTED.get(kind)
        if row is None:
            raise UserError("kind", kind, "one of " + ", ".join(COUNTED))
        with self._database.read() as session:
            return list(session.scalars(select(row.id).order_by(row.id).limit(n)))

    def _variants(self, session: Session, product_ids: Sequence[str]) -> dict[str, list[Variant]]:
        found: dict[str, list[Variant]] = {}
        for some in in_chunks(product_ids):
            rows = select(VariantRow).where(VariantRow.product_id.in_(some)).order_by(VariantRow.position)
            for row in session.scalars(rows):
                variant = Variant(row.id, row.options, row.price, row.available, row.stock)
                found.setdefault(row.product_id, []).append(variant)
        return found


def _unknown(field: str, value: str, expected: str, known: Sequence[str]) -> NotFound:
    close = difflib.get_close_matches(value, known, n=3)
    fix = f"did you mean {', '.join(close)}?" if close else "see `hawker shop status`"
    return NotFound(field, value, expected, fix)


def _brand_from(content: Any) -> Brand:
    lists = {name: tuple(content[name]) for name in ("words_to_use", "words_to_avoid", "languages")}
    return Brand(**{**content, **lists})
