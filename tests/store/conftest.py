"""A fresh store per test: on SQLite, and on PostgreSQL too where a server and psycopg are installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from core.settings import Settings, load_settings
from store.opening import Store, open_store

HAS_POSTGRESQL = importlib.util.find_spec("psycopg") is not None and shutil.which("initdb") is not None
DATABASES = ["sqlite", "postgresql"] if HAS_POSTGRESQL else ["sqlite"]


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of the test run's own, on a socket in a temporary folder."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://hawker@/{database}?host={self.folder}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(["initdb", "-D", data, "-U", "hawker", "-A", "trust"], user=user, check=True, capture_output=True)
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(["postgres", "-D", data, *options], user=user, stdout=log, stderr=log)
    try:
        admin = create_engine(Server(folder).url("postgres"), isolation_level="AUTOCOMMIT")
        _wait_for(admin)
        admin.dispose()
        yield Server(folder)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, home: Settings) -> Iterator[Settings]:
    """Settings over an empty database of either kind."""
    if request.param == "sqlite":
        yield home
        return
    server: Server = request.getfixturevalue("postgresql")
    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS shop WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE shop"))
    admin.dispose()
    yield load_settings(home=home.home, database_url=server.url("shop"))


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(home: Settings) -> Iterator[Store]:
    opened = open_store(home)
    yield opened
    opened.close()


def _wait_for(server: Engine) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            server.connect().close()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
