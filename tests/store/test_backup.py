"""A backup taken while Hawker writes is one state of it, opens with its key alone, and makes another home."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from core.customer import Customer, Event
from core.errors import UserError
from core.settings import Settings, load_settings
from store.backup import back_up, restore
from store.opening import Store, open_store
from tests.postgresql import PostgresServer, require_program

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Customer("c1", "Ann", "Lee", "ann@example.org")


def kept_apart(settings: Settings, folder: Path) -> Path:
    """The key file, where its owner keeps it besides the backup."""
    apart = folder / "apart.key"
    apart.write_bytes(settings.data_key_file.read_bytes())
    apart.chmod(0o600)
    return apart


def test_another_home_is_made_from_a_copy(sqlite_store: Store, home: Settings, tmp_path: Path) -> None:
    sqlite_store.customers.put([ANN])
    sqlite_store.events.append([Event("c1", "view", NOON)])
    (home.home / "adapters" / "own").mkdir(parents=True)
    (home.home / "hawker.yaml").write_text("log_level: info\n")
    (home.home / "models" / "big").mkdir(parents=True)
    key = kept_apart(home, tmp_path)
    back_up(home, tmp_path / "copy")
    assert not (tmp_path / "copy" / "secrets").exists()
    assert all(key.read_bytes() != path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())

    other = load_settings(home=tmp_path / "other")
    (other.home / "models" / "pulled").mkdir(parents=True)
    restore(other, tmp_path / "copy", key)

    store = open_store(other)
    assert store.customers.get("c1") == ANN
    assert store.events.of("c1") == [Event("c1", "view", NOON)]
    store.close()
    assert {path.name for path in other.home.iterdir()} - {"hawker.db-wal", "hawker.db-shm"} == {
        *("hawker.db", "events", "adapters", "hawker.yaml", "secrets", "models")
    }
    assert [path.name for path in (other.home / "models").iterdir()] == ["pulled"]


def test_a_copy_taken_while_somebody_writes_is_one_state(sqlite_store: Store, home: Settings, tmp_path: Path) -> None:
    stopped, begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stopped.is_set():
            # Both in one transaction: a copy has both or neither.
            sqlite_store.customers.put([Customer(f"a{number}"), Customer(f"b{number}")])
            number += 1
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60)
        for number in range(3):
            back_up(home, tmp_path / f"copy{number}")
    finally:
        stopped.set()
        writer.join()
    other = load_settings(home=tmp_path / "other")
    restore(other, tmp_path / "copy2", kept_apart(home, tmp_path))
    store = open_store(other)
    ids = {customer.id for customer in store.customers.all()}
    store.close()
    assert ids
    assert {one[1:] for one in ids if one[0] == "a"} == {one[1:] for one in ids if one[0] == "b"}


def test_another_key_is_refused_and_nothing_is_left(sqlite_store: Store, home: Settings, tmp_path: Path) -> None:
    back_up(home, tmp_path / "copy")
    stranger = load_settings(home=tmp_path / "stranger")
    open_store(stranger).close()
    other = load_settings(home=tmp_path / "other")
    with pytest.raises(UserError, match="sealed with"):
        restore(other, tmp_path / "copy", kept_apart(stranger, tmp_path))
    assert list(other.home.iterdir()) == []


def test_nothing_is_written_over(sqlite_store: Store, home: Settings, tmp_path: Path) -> None:
    key = kept_apart(home, tmp_path)
    back_up(home, tmp_path / "copy")
    with pytest.raises(UserError, match="nothing there yet"):
        back_up(home, tmp_path / "copy")
    with pytest.raises(UserError, match=r"hawker\.db.*nothing there yet"):
        restore(home, tmp_path / "copy", key)
    with pytest.raises(UserError, match="a backup, with a"):
        restore(load_settings(home=tmp_path / "other"), tmp_path / "apart.key", key)


def test_postgresql_has_tools_of_its_own(home: Settings, postgresql: PostgresServer, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="pg_dump"):
        back_up(load_settings(database_url=postgresql.database()), tmp_path / "copy")


def test_a_dump_makes_another_database(home: Settings, postgresql: PostgresServer, tmp_path: Path) -> None:
    first = load_settings(database_url=postgresql.database())
    store = open_store(first)
    store.customers.put([ANN])
    store.close()
    second = load_settings(database_url=postgresql.empty_database())
    names = [str(make_url(settings.database).database) for settings in (first, second)]
    server, dump = ["--host", str(postgresql.folder), "--username", "hawker"], str(tmp_path / "hawker.dump")
    commands = (
        [require_program("pg_dump"), *server, "--format=custom", f"--file={dump}", names[0]],
        [require_program("pg_restore"), *server, "--no-owner", "--role=hawker", f"--dbname={names[1]}", dump],
    )
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    store = open_store(second)
    assert store.customers.find_by_email("ann@example.org") == ANN
    store.close()
