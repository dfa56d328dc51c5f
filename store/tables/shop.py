"""The shop itself: brand, products with variants, documents, reviews."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base, Id, Json, JsonList


class BrandRow(Base):
    """The one brand of this shop, as its dataclass's fields."""

    __tablename__ = "brand"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Json]


class ProductRow(Base):
    __tablename__ = "products"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[Json]
    description: Mapped[Json]
    attributes: Mapped[Json]
    category: Mapped[JsonList]
    brand: Mapped[str | None]
    price: Mapped[Decimal | None]
    currency: Mapped[str | None]
    stock: Mapped[int | None]
    url: Mapped[str | None]


class VariantRow(Base):
    __tablename__ = "variants"
    product_id: Mapped[str] = mapped_column(Id, ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int]
    options: Mapped[Json]
    price: Mapped[Decimal | None]
    available: Mapped[bool]
    stock: Mapped[int | None]


class DocumentRow(Base):
    __tablename__ = "documents"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    visibility: Mapped[str]
    source: Mapped[str]


class ReviewRow(Base):
    """`customer_id` is no foreign key: a review outlives its writer's account, without text."""

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    text: Mapped[str]
    product_id: Mapped[str | None] = mapped_column(Id)
    customer_id: Mapped[str | None] = mapped_column(Id, index=True)
    rating: Mapped[float | None]
    category: Mapped[str | None]
    language: Mapped[str]
    at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(server_default="review")

    __table_args__ = (Index("ix_reviews_product_id_at", "product_id", "at"),)
