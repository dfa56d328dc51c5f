"""A fresh store per test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.settings import Settings, load_settings
from store.opening import Store, open_store
from tests.postgresql import PostgresServer

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, home: Settings) -> Settings:
    """Settings over an own database of either kind; PostgreSQL's has its tables already, for they take a while."""
    if request.param == "sqlite":
        return home
    server: PostgresServer = request.getfixturevalue("postgresql")
    return load_settings(home=home.home, database_url=server.database())


@pytest.fixture(params=DATABASES)
def untouched(request: pytest.FixtureRequest, home: Settings) -> Settings:
    """Settings over a database of either kind in which nothing was made yet."""
    if request.param == "sqlite":
        return home
    server: PostgresServer = request.getfixturevalue("postgresql")
    return load_settings(home=home.home, database_url=server.empty_database())


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
