"""Texts: conversations, the paper trail of generations, and e-mail drafts. All that was said is sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Sealed
from store.tables.base import Base, Id, Json, JsonList


class ConversationRow(Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    started: Mapped[datetime]


class TurnRow(Base):
    """One question and its answer. `detail` holds reason, citations, checks and how it was told, which quote both."""

    __tablename__ = "turns"
    conversation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[Sealed]
    answer: Mapped[Sealed]
    detail: Mapped[Sealed]
    action: Mapped[str]
    sources: Mapped[JsonList]
    conditioned_on: Mapped[Json]
    prompt: Mapped[str | None]
    model: Mapped[str | None]
    seconds: Mapped[float]
    first_text_seconds: Mapped[float]
    at: Mapped[datetime]
    secret: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    """SHA-256 of the secret under which the turn is told again; None where nobody may ask for it"""


class GenerationRow(Base):
    """`product_id` and `segment` are lifted out of the inputs, to find past copy by."""

    __tablename__ = "generations"
    key: Mapped[str] = mapped_column(Id, primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    task: Mapped[str]
    prompt: Mapped[str]
    model: Mapped[str]
    adapter: Mapped[str | None]
    sampling: Mapped[Json]
    text: Mapped[Sealed]
    inputs: Mapped[Sealed]
    checks: Mapped[Sealed]
    finish: Mapped[str]
    seconds: Mapped[float]
    new_tokens: Mapped[int]
    sources: Mapped[JsonList]
    accepted: Mapped[bool | None]
    product_id: Mapped[str | None] = mapped_column(Id)
    segment: Mapped[str | None]
    customer_id: Mapped[str | None] = mapped_column(Id, index=True)
    created: Mapped[datetime]

    __table_args__ = (Index("ix_generations_task_product_id", "task", "product_id"),)


class DraftRow(Base):
    """The primary key is what makes a second e-mail of one campaign to one person impossible."""

    __tablename__ = "drafts"
    campaign: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        Id, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    context: Mapped[str]
    subject: Mapped[Sealed]
    body: Mapped[Sealed]
    html: Mapped[Sealed]
    slots: Mapped[Sealed]
    checks: Mapped[Sealed]
    conditioned_on: Mapped[Json]
    generation_key: Mapped[str]
    created: Mapped[datetime]
