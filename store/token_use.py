"""Tokens used by each payer today: in the database, so that a restart forgets nothing and all processes share it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update

from store.database import Database
from store.sealing import Vault
from store.tables.access import TokenUseRow

KEPT_DAYS = 31


class TokenUseBook:
    """The repository behind `Store.token_use`. Days are those of UTC."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def visitor(self, address: str) -> str:
        """Whom a visitor's tokens are counted for: not their address, and another name every day."""
        return "visitor:" + self._vault.blind("visitor", f"{_day()} {address}")

    def add(self, payer: str, tokens: int) -> None:
        """`payer` used so many more."""
        day = _day()
        with self._database.write() as session:
            self._database.insert_new(session, TokenUseRow, [{"payer": payer, "day": day, "tokens": 0}])
            mine = update(TokenUseRow).where(TokenUseRow.payer == payer, TokenUseRow.day == day)
            session.execute(mine.values(tokens=TokenUseRow.tokens + tokens))
            session.execute(delete(TokenUseRow).where(TokenUseRow.day < _day(KEPT_DAYS)))

    def today(self, payer: str) -> int:
        """Tokens that `payer` used since midnight."""
        with self._database.read() as session:
            row = session.get(TokenUseRow, (payer, _day()))
        return row.tokens if row else 0


def _day(ago: int = 0) -> str:
    return (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()
