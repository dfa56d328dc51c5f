"""Customers and what they did. Whatever says who somebody is, is sealed; ids, languages and amounts are not."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Sealed
from store.tables.base import Base, Id, Json, JsonList


class CustomerRow(Base):
    __tablename__ = "customers"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    first_name: Mapped[Sealed]
    last_name: Mapped[Sealed]
    email: Mapped[Sealed | None]
    phone: Mapped[Sealed | None]
    address: Mapped[Sealed | None]
    attributes: Mapped[Sealed]
    email_index: Mapped[str | None] = mapped_column(index=True)
    phone_index: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str]
    created: Mapped[datetime | None]


class ConsentRow(Base):
    """What was said about marketing, and when. Rows are added and never changed: the history is the proof."""

    __tablename__ = "consents"
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    granted: Mapped[bool]
    source: Mapped[str]


class OrderRow(Base):
    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"))
    status: Mapped[str]
    placed: Mapped[datetime | None]
    total: Mapped[Decimal | None]
    currency: Mapped[str | None]
    tracking: Mapped[JsonList]

    __table_args__ = (Index("ix_orders_customer_id_placed", "customer_id", "placed"),)


class OrderLineRow(Base):
    __tablename__ = "order_lines"
    order_id: Mapped[str] = mapped_column(Id, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[str] = mapped_column(Id)
    variant_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str]
    quantity: Mapped[int]
    price: Mapped[Decimal | None]
    options: Mapped[Json]


class ProfileRow(Base):
    """Drawn from behaviour and thrown away with it."""

    __tablename__ = "profiles"
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[Json]


class PredictionRow(Base):
    """What a model foretold of a customer, and when: rows are added, so that any day's view can be had again."""

    __tablename__ = "predictions"
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    content: Mapped[Json]


class ClusterRow(Base):
    """In which group of similar customers somebody was found, and when."""

    __tablename__ = "clusters"
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str]


class OutcomeRow(Base):
    """What came of one text that was shown or sent: fresh outcomes are rows, bulk events are Parquet."""

    __tablename__ = "outcomes"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    value: Mapped[float]
    generation_key: Mapped[str | None] = mapped_column(Id, index=True)
    campaign: Mapped[str | None] = mapped_column(Id, index=True)
    customer_id: Mapped[str | None] = mapped_column(Id, index=True)


class MergeRow(Base):
    """Two customers who are held to be one person. `evidence` says by which values, masked; `undone` that they are not
    after all, which is remembered so that they are not merged again."""

    __tablename__ = "merges"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    one: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    other: Mapped[str] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    key: Mapped[str]
    evidence: Mapped[Sealed]
    at: Mapped[datetime]
    undone: Mapped[datetime | None]


class ErasureRow(Base):
    """Proof that somebody was erased, which does not say who: `subject` is a keyed hash of the id."""

    __tablename__ = "erasures"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    counts: Mapped[Json]
