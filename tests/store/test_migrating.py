"""The migrations make exactly the tables that the code believes in, and run safely from two places at once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from core.errors import HawkerError, UserError
from core.settings import Settings
from store.database import Database
from store.migrating import HEAD, SCRIPTS, migrate
from store.opening import open_store
from store.tables import Base


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config


def test_the_migrations_and_the_tables_agree(untouched: Settings) -> None:
    open_store(untouched).close()
    database = Database(untouched.database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": database.engine.dialect.name != "sqlite"}
        )
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(_config()).get_current_head() == HEAD


def test_a_migration_can_be_taken_back(untouched: Settings) -> None:
    database = Database(untouched.database)
    migrate(database)
    config = _config()
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    migrate(database)
    assert "customers" in inspect(database.engine).get_table_names()
    database.close()


def test_two_that_open_at_once_migrate_once(untouched: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = [pool.submit(open_store, untouched) for _ in range(4)]
    for one in opened:
        one.result().close()


def test_a_database_of_a_newer_hawker_is_left_alone(settings: Settings) -> None:
    open_store(settings).close()
    database = Database(settings.database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(HawkerError, match="schema 9999"):
        open_store(settings)


def test_sqlite_is_durable_and_forgetful(home: Settings) -> None:
    database = Database(home.database)
    pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
    with database.read() as session:
        found = [session.execute(text(f"PRAGMA {name}")).scalar_one() for name in pragmas]
    assert found == ["wal", 2, 1, 1, 30000]
    database.close()


def test_a_file_that_is_no_database_is_refused_in_one_line(home: Settings) -> None:
    path = home.home / "hawker.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(HawkerError, match="the database could not be read: file is not a database"):
        open_store(home)


def test_the_database_is_its_owners_alone_and_errors_keep_peoples_data(home: Settings) -> None:
    open_store(home).close()
    assert stat.S_IMODE((home.home / "hawker.db").stat().st_mode) == 0o600
    database = Database(home.database)
    with pytest.raises(HawkerError, match="could not be written") as failed, database.write() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:email)"), {"email": "ann@example.org"})
    assert "ann@" not in str(failed.value) + str(failed.value.__cause__)
    database.close()


def test_every_table_can_be_made_on_postgresql() -> None:
    made = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in Base.metadata.sorted_tables]
    assert len(made) == 24


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgres//nonsense", "database_url: got 'no URL'"),
        ("mysql://ann:secret@db/shop", "database_url: got 'mysql'"),
        ("postgresql+asyncpg://ann:secret@db/shop", r"database_url: got 'postgresql\+asyncpg'"),
    ],
)
def test_a_url_of_something_else_is_refused_without_its_password(url: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as refused:
        Database(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_that_does_not_answer_is_told_in_one_line(scheme: str) -> None:
    database = Database(f"{scheme}://ann:secret@127.0.0.1:1/shop")
    with (
        pytest.raises(HawkerError, match=r"the database could not be read: .*refused") as failed,
        database.read() as one,
    ):
        one.execute(text("SELECT 1"))
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)
    database.close()


def test_a_reader_sees_one_state_whatever_is_committed_meanwhile(settings: Settings) -> None:
    open_store(settings).close()
    database = Database(settings.database)
    counted = text("SELECT count(*) FROM token_use")
    with database.read() as session:
        before = session.execute(counted).scalar_one()
        with database.write() as other:
            other.execute(text("INSERT INTO token_use VALUES ('key:a', '2026-03-01', 5)"))
        assert session.execute(counted).scalar_one() == before
    with database.read() as session:
        assert session.execute(counted).scalar_one() == before + 1
    database.close()
