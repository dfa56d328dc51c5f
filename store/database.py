"""The open database: one SQLAlchemy engine, read and write transactions, and statements that differ by dialect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core.errors import HawkerError
from store.connecting import connect
from store.tables import Base

MIGRATION_LOCK = 0x4861776B6572
"""PostgreSQL's advisory locks have numbers; this one says "Hawker" """


class Database:
    """Transactions over one database. Thread-safe; each transaction has a connection of its own."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        # PostgreSQL would else show each statement of a transaction what was committed meanwhile; SQLite never does.
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = self.engine.execution_options(**snapshot)
        self._writing = self.engine.execution_options(immediate=True)
        self._session = partial(Session, autoflush=False, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view. Rows read stay usable after it."""
        with _in_our_words("read"), self._session(self._reading) as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end or not at all. SQLite: takes the write lock at once (no deadlock)."""
        with _in_our_words("written"), self._session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One writing connection for schema changes, to one process at a time."""
        with _in_our_words("migrated"), self._writing.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            yield connection

    def upsert(self, session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Insert `rows` (all with the same keys); where a primary key is there already, its row is overwritten."""
        if rows:
            statement = self._insert(table)
            keys = [column.name for column in table.__table__.primary_key]
            others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
            session.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), rows)

    def insert_new(self, session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Insert those `rows` whose primary key (or other unique key) is not there yet; leave the others alone."""
        if rows:
            session.execute(self._insert(table).on_conflict_do_nothing(), rows)

    def forget_deleted(self) -> bool:
        """Rewrite the database without what was deleted, and empty the write-ahead log.

        False where another process was reading all the while, so that its log could not be emptied. PostgreSQL's log is
        its own: it is recycled in time.
        """
        if not self.is_sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # Without FULL, pages and indexes keep the bytes of deleted rows; with it, a table is locked meanwhile.
                tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
                connection.exec_driver_sql(f"VACUUM (FULL) {tables}")
            return True
        raw = self.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        finally:
            raw.close()

    def close(self) -> None:
        self.engine.dispose()

    def _insert(self, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


@contextmanager
def _in_our_words(done: str) -> Iterator[None]:
    """A locked, full or broken database as one line of ours. Broken constraints pass: their caller knows more."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise HawkerError(f"the database could not be {done}: {reason}") from error


def in_chunks(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """Pieces short enough to be the parameters of one statement on every database."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
