"""Reading somebody else's database by its URL: tables and queries as rows. Nothing is ever written to it.

SQLite files are opened read-only, PostgreSQL in a read-only transaction. Other databases work where their driver is
installed, under whatever rights the URL's user has: give it one that can only read. Knows nothing of what rows mean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, inspect, literal_column, make_url, select, table, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from core.errors import UserError
from store.connecting import BARE, POSTGRESQL

PAGE = 5000
EXPECTED = "a database URL, as sqlite:///shop.db or postgresql://USER:PASSWORD@HOST/DATABASE"


class ForeignDatabase:
    """A database that is only read. Its errors never show the URL's password."""

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.name = self._url.render_as_string(hide_password=True)
        self._engine = _engine(self._url)

    def tables(self) -> set[str]:
        """The names of its tables and views."""
        with self._in_our_words():
            seen = inspect(self._engine)
            return {*seen.get_table_names(), *seen.get_view_names()}

    def rows(self, table_name: str = "", query: str = "") -> Iterator[dict[str, Any]]:
        """The rows of one table, or of one SELECT, by column. They are fetched a page at a time."""
        wanted: Any = text(query) if query else select(literal_column("*")).select_from(table(table_name))
        with self._in_our_words(), self._engine.connect() as connection:
            result = connection.execution_options(stream_results=True, yield_per=PAGE).execute(wanted)
            for row in result.mappings():
                yield dict(row)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise UserError("SOURCE", self.name, f"a database that answers: {reason}") from None


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UserError("SOURCE", "no URL", EXPECTED) from None
    return parsed.set(drivername=POSTGRESQL) if parsed.drivername in BARE else parsed


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        if not file.is_file():
            raise UserError("SOURCE", file, "a database file that is there")
        place = f"file:{quote(str(file.resolve()))}?mode=ro"
        return create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True), hide_parameters=True)
    options = {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}
    try:
        return create_engine(url, hide_parameters=True, execution_options=options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UserError("SOURCE", url.drivername, "a database whose driver is installed", str(error)) from None
