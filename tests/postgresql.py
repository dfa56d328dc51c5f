"""A real PostgreSQL server for tests, started once a run, and a database of its own for each test.

It runs without a port on a socket in a temporary folder, as another user where the tests run as root, which it refuses.
Databases are copies of one that the migrations made. Where no PostgreSQL is installed its tests are skipped, but
not in continuous integration, which installs one: there `CI` is set, and a missing server is an error.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.migrating import migrate

DEBIAN = Path("/usr/lib/postgresql")
"""Debian keeps the server's programs out of the PATH, in a folder for each version"""
OPTIONS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
PATIENCE_SECONDS = 120
TEMPLATE = "template_of_tests"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `url` of a database goes into `HAWKER_DATABASE_URL`."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://hawker@/{database}?host={self.folder}"

    def empty_database(self) -> str:
        """The URL of a new database without a table."""
        return self._create("template0")

    def database(self) -> str:
        """The URL of a new database of the newest schema."""
        return self._create(TEMPLATE)

    def make_template(self) -> None:
        self.run(f"CREATE DATABASE {TEMPLATE}")
        database = Database(self.url(TEMPLATE))
        migrate(database)
        database.close()

    def run(self, statement: str) -> None:
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as connection:
                connection.execute(text(statement))
        finally:
            admin.dispose()

    def _create(self, template: str) -> str:
        name = f"shop{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def program(name: str) -> str | None:
    """The path of one of PostgreSQL's programs, the newest version's where there are several; None if it is missing."""
    debian = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


def require_program(name: str) -> str:
    """As `program`; skips the test where it is missing, and fails it in continuous integration."""
    found = program(name)
    if found is None:
        missing = f"PostgreSQL is not installed, {name} is missing: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """The server of this run."""
    initdb, postgres = require_program("initdb"), require_program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket has at most 107 bytes
    user = _unprivileged(folder)
    data, options = folder / "data", [f"-c{option}" for option in (*OPTIONS, f"unix_socket_directories={folder}")]
    made = [initdb, "-D", data, "-U", "hawker", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(made, user=user, check=True, capture_output=True, cwd=folder)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([postgres, "-D", data, *options], user=user, stdout=log, stderr=log, cwd=folder)
    try:
        server = PostgresServer(folder)
        _wait_for(server)
        server.make_template()
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody needs what is in it, and sessions may be open
        process.wait(PATIENCE_SECONDS)
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> str | None:
    """Whom the server runs as, and whose `folder` is: nobody, where we are root."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _wait_for(server: PostgresServer) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            server.run("SELECT 1")
        except OperationalError:
            if time.monotonic() > deadline:
                raise AssertionError((server.folder / "log").read_text()) from None
            time.sleep(0.1)
        else:
            return
