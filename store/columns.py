"""Column types that keep what Python means: exact money, aware times, and text that never lies in the clear.

Each works the same on SQLite and PostgreSQL. They know nothing of tables or keys.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import DateTime, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from core.errors import HawkerError


class Money(TypeDecorator[Decimal]):
    """A `Decimal` kept as plain decimal text.

    SQLite has no exact number type: NUMERIC becomes a float there. Text keeps the value and its written places, so
    that 79.00 is quoted to a customer as 79.00. Sums are made in Python.
    """

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not value.is_finite():
            raise HawkerError(f"an amount of money must be a finite number, not {value}")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC. A time without a zone is refused: it is a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise HawkerError(f"a stored time needs a time zone, {value.isoformat()} has none")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(bytes):
    """Ciphertext made by `store.sealing`; the only thing that a `SealedText` column takes."""


class SealedText(TypeDecorator[Sealed]):
    """An encrypted column. It takes `Sealed` values alone, so that forgetting to encrypt is an error and not a leak.

    The text is opened by `store.sealing` with the row's place as associated data, which a column type cannot know.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        if value is not None and not isinstance(value, Sealed):
            raise HawkerError("an encrypted column was given text that is not sealed")
        return None if value is None else bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)
