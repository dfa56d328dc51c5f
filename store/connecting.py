"""Connecting to a database by its URL: SQLite in a private file, durable and forgetful, or PostgreSQL through psycopg.

Statements' parameters are people's data: they stay out of error messages. Passwords in URLs do as well.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import UserError

BUSY_SECONDS = 30
PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
)
POSTGRESQL = "postgresql+psycopg"
BARE = ("postgresql", "postgres")
"""schemes of the URLs that hosts hand out, which name no driver"""
EXPECTED = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def connect(url: str) -> Engine:
    """The engine of `url`; nothing is connected before it is used. Raises `UserError` for a URL of anything else."""
    parsed = _parse(url)
    serialise = partial(json.dumps, ensure_ascii=False)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, json_serializer=serialise, hide_parameters=True, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)  # SQLite gives its log files the same mode
    engine = create_engine(
        parsed, json_serializer=serialise, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UserError("setting database_url", "no URL", EXPECTED, "mend HAWKER_DATABASE_URL") from None
    if parsed.drivername in BARE:
        parsed = parsed.set(drivername=POSTGRESQL)
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", POSTGRESQL):
        raise UserError("setting database_url", parsed.drivername, EXPECTED, "mend HAWKER_DATABASE_URL")
    return parsed


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late (before the first write) and skips DDL; `_begin_sqlite` begins instead.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
