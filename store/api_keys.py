"""API keys: made once with a random secret, kept as its digest, recognised in constant time, revoked for good.

A secret reads `hawker_ID_REST`: a word that scanners for leaked secrets can look for, the id under which the key is
listed, and 256 random bits. A plain SHA-256 is enough to keep it by: what cannot be guessed needs no slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from sqlalchemy import func, or_, select, update

from core.access import ApiKey, NewKey
from core.errors import NotFound
from store.database import Database
from store.tables.access import ApiKeyRow

MARK = "hawker"
SECRET_BYTES = 32
NOBODYS = "0" * 64
"""what an unknown id is compared with, so that it takes as long as a known one"""


class ApiKeyBook:
    """The repository behind `Store.api_keys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, wanted: NewKey) -> tuple[ApiKey, str]:
        """A fresh key and its secret, which nobody can tell again."""
        key_id = secrets.token_hex(4)
        secret = f"{MARK}_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
        row = ApiKeyRow(
            id=key_id,
            name=wanted.name,
            scopes=sorted(wanted.scopes),
            digest=_digest(secret),
            requests_per_minute=wanted.requests_per_minute,
            tokens_per_day=wanted.tokens_per_day,
            created=datetime.now(UTC),
            expires=wanted.expires,
        )
        with self._database.write() as session:
            session.add(row)
        return _key(row), secret

    def recognise(self, secret: str) -> ApiKey | None:
        """The key of `secret` if it opens now, and a note that it was used; None for any other text."""
        mark, _, rest = secret.partition("_")
        with self._database.read() as session:
            row = session.get(ApiKeyRow, rest.partition("_")[0])
        same = hmac.compare_digest(_digest(secret), row.digest if row else NOBODYS)
        if row is None or not same or mark != MARK:
            return None
        now = datetime.now(UTC)
        key = _key(row)
        if not key.opens_at(now):
            return None
        self._note_use(key, now)
        return key

    def any_made(self) -> bool:
        """Whether a key was ever made. Revoked and expired ones count, so that revoking the last one opens nothing."""
        with self._database.read() as session:
            return bool(session.scalar(select(func.count()).select_from(ApiKeyRow)))

    def all(self) -> list[ApiKey]:
        """Every key ever made, the oldest first."""
        with self._database.read() as session:
            return [_key(row) for row in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created, ApiKeyRow.id))]

    def revoke(self, key_id: str) -> ApiKey:
        """The key opens nothing from the next request on. Raises `NotFound`; a second time changes nothing."""
        with self._database.write() as session:
            row = session.get(ApiKeyRow, key_id)
            if row is None:
                raise NotFound("KEY", key_id, "the id of a key", "see: hawker keys list")
            row.revoked = row.revoked or datetime.now(UTC)
            return _key(row)

    def _note_use(self, key: ApiKey, now: datetime) -> None:
        """To the hour: a row written at every request would cost more than anyone learns from it."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if key.last_used is not None and key.last_used >= hour:
            return
        older = or_(ApiKeyRow.last_used.is_(None), ApiKeyRow.last_used < hour)
        with self._database.write() as session:
            session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id, older).values(last_used=hour))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=frozenset(row.scopes),
        requests_per_minute=row.requests_per_minute,
        tokens_per_day=row.tokens_per_day,
        created=row.created,
        expires=row.expires,
        revoked=row.revoked,
        last_used=row.last_used,
    )
