"""A copy of a home from which another one can be made, taken while Hawker serves, and without the keys that open it.

Left out is what can be made anew (indexes, weights, half-done work) and what must lie apart: the data key, beside
which a copy would be worth stealing. A database on PostgreSQL is copied by its own tools, see docs/DEPLOY.md.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from core.errors import HawkerError, UserError
from core.settings import Settings
from store.events import FRESH, STAGING
from store.opening import open_store

DATABASE = "hawker.db"
LEFT_OUT = ("chroma", "models", "secrets", "cache", "evals", "bench", "finetune", "offload", ".lock", FRESH, STAGING)


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied to `folder`: this many files of this many bytes."""

    folder: Path
    files: int
    bytes: int


def back_up(settings: Settings, folder: Path) -> Copied:
    """Copy database, events, adapters and settings to `folder`. Raises `UserError` where something is there already.

    The database is copied as it stands at one moment, whoever writes to it meanwhile.
    """
    database = _sqlite_file(settings)
    _refuse_used(folder, "FOLDER")
    if not database.is_file():
        raise UserError("HAWKER_HOME", settings.home, "a home with a database", "nothing is there to back up")
    key = settings.data_key_file.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)

    def left_out(parent: str, names: list[str]) -> set[str]:
        found = {name for name in names if name.startswith(database.name) or Path(parent, name).resolve() == key}
        return found | set(LEFT_OUT).intersection(names)

    shutil.copytree(settings.home, folder, ignore=left_out, dirs_exist_ok=True)
    folder.chmod(0o700)
    _copy_database(database, folder / DATABASE)
    return _copied(folder)


def restore(settings: Settings, folder: Path, key: Path) -> Copied:
    """Make the home of `settings`, which has no data yet, from a backup and the key file that sealed it.

    What the home has already (weights, hawker.yaml) stays. Raises `UserError` where the folder is no backup, there are
    data already, or the key does not open them; then nothing has changed.
    """
    database = _sqlite_file(settings)
    if not (folder / DATABASE).is_file():
        raise UserError("FOLDER", folder, f"a backup, with a {DATABASE} in it", "made by: hawker backup FOLDER")
    for place in (database, settings.events_dir):
        _refuse_used(place, "HAWKER_HOME")
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = settings.home / ".restoring"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        shutil.copytree(folder, aside, ignore=lambda parent, names: {DATABASE})
        _copy_database(folder / DATABASE, aside / DATABASE)
        _copy_key(key, aside / "secrets" / "data.key")
        own = {"home": aside, "database_url": None, "key_file": None}
        open_store(settings.model_copy(update=own)).close()  # migrates, and proves the key
        copied = _copied(aside)
        _copy_key(key, settings.data_key_file)
        shutil.move(aside / DATABASE, database)
        for part in aside.iterdir():
            if not (settings.home / part.name).exists():
                part.rename(settings.home / part.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Copied(settings.home, copied.files, copied.bytes)


def _sqlite_file(settings: Settings) -> Path:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        fix = "use pg_dump and pg_restore, see docs/DEPLOY.md"
        raise UserError("setting database_url", url.drivername, "a database in a file (SQLite)", fix)
    return Path(url.database)


def _refuse_used(place: Path, field: str) -> None:
    if place.is_file() or (place.is_dir() and any(place.iterdir())):
        raise UserError(field, place, "nothing there yet", "name another place")


def _copy_database(source: Path, target: Path) -> None:
    """By SQLite's online backup: one state, with what the write-ahead log holds. The copy is read through once."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise HawkerError(f"the copy of the database is damaged: {verdict}")


def _copy_key(source: Path, target: Path) -> None:
    if target.exists() and target.read_bytes() == source.read_bytes():
        return
    _refuse_used(target, "data key file")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    target.write_bytes(source.read_bytes())


def _copied(folder: Path) -> Copied:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Copied(folder, len(sizes), sum(sizes))
