"""Who may use the API: keys by the digest of their secrets, and the tokens that each payer used in a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base, Id, JsonList


class ApiKeyRow(Base):
    """Rows stay when a key is revoked: a door that was locked once is never open again by itself."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    scopes: Mapped[JsonList]
    digest: Mapped[str] = mapped_column(String(64))
    requests_per_minute: Mapped[int | None]
    tokens_per_day: Mapped[int | None]
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    last_used: Mapped[datetime | None]


class TokenUseRow(Base):
    """`payer` names a key, or a visitor by a hash that is another one every day. `day` is that of UTC, ISO 8601."""

    __tablename__ = "token_use"
    payer: Mapped[str] = mapped_column(Id, primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    tokens: Mapped[int]
