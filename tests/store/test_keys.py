"""The key file: made once, private, refused when it is lax, damaged or another database's."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.customer import Customer
from core.errors import UserError
from core.settings import Settings
from store.keys import load, load_or_create, save
from store.opening import open_store
from store.rotating import rotate_keys


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    load_or_create(tmp_path / "secrets" / "data.key")
    assert stat.S_IMODE((tmp_path / "secrets" / "data.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_created_at_once_by_many_all_hold_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: load_or_create(tmp_path / "data.key"), range(8)))
    assert all(ring.keys == rings[0].keys for ring in rings)
    assert [path.name for path in tmp_path.iterdir()] == ["data.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_or_create(tmp_path / "data.key")
    (tmp_path / "data.key").chmod(mode)
    with pytest.raises(UserError, match="chmod 600"):
        load_or_create(tmp_path / "data.key")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"current": 2, "keys": {"1": "AAAA"}, "index_key": "AAAA"}'])
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UserError, match="restore it") as refused:
        load_or_create(path)
    assert "\n" not in str(refused.value)


def test_the_ring_does_not_print_its_keys(tmp_path: Path) -> None:
    ring = load_or_create(tmp_path / "data.key")
    assert str(ring.keys[1]) not in repr(ring)


def test_another_databases_keys_are_refused_before_anything_is_written(settings: Settings) -> None:
    open_store(settings).close()
    settings.data_key_file.unlink()
    with pytest.raises(UserError, match="sealed with"):
        open_store(settings)


def test_rotation_seals_everything_anew_and_loses_nothing(settings: Settings) -> None:
    ann = Customer("c1", "Ann", "Lee", "ann@example.org", attributes={"size": "M"})
    store = open_store(settings)
    store.customers.put([ann])
    store.close()

    assert rotate_keys(settings) == 4  # two names, the address, the attributes

    ring = load(settings.data_key_file)
    assert ring.current == 2
    save(settings.data_key_file, type(ring)(2, {1: bytes(32), 2: ring.keys[2]}, ring.index_key))
    with pytest.raises(UserError):
        open_store(settings)  # the proof of version 1 needs the true key 1
    save(settings.data_key_file, ring)
    store = open_store(settings)
    assert store.customers.find_by_email("ann@example.org") == ann
    store.close()
