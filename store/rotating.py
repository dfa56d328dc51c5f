"""Changing the data key: a new version in the key file, then every sealed value under it.

Run it while no other process has the store open: one that read the key file before cannot open what is sealed after.
Older versions stay in the file, for old backups of the database need them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from core.settings import Settings
from store.columns import Sealed, SealedText
from store.database import Database
from store.keys import load, save
from store.migrating import migrate
from store.sealing import Vault
from store.tables import Base
from store.tables.work import KeyProofRow


def rotate_keys(settings: Settings) -> int:
    """Seal everything anew; returns how many values. Cut off at any point, all values still open."""
    ring = load(settings.data_key_file).rotated()
    save(settings.data_key_file, ring)
    vault, database = Vault(ring), Database(settings.database)
    try:
        migrate(database)
        with database.write() as session:
            return sum(_reseal(session, vault, table) for table in Base.metadata.sorted_tables)
    finally:
        database.close()


def _reseal(session: Session, vault: Vault, table: Table) -> int:
    sealed = [column for column in table.columns if isinstance(column.type, SealedText)]
    if not sealed or table.name == KeyProofRow.__tablename__:
        return 0  # each key version is proved by what that version sealed
    keys = list(table.primary_key)
    changes: list[dict[str, Any]] = []
    for row in session.execute(select(*keys, *sealed)):
        place = vault.row(table.name, *row[: len(keys)])
        new = {f"new_{column.name}": row[len(keys) + at] for at, column in enumerate(sealed)}
        values = {name: place.seal(name[4:], place.open(name[4:], value)) for name, value in new.items()}
        changes.append({**{f"old_{key.name}": row[at] for at, key in enumerate(keys)}, **values})
    if changes:
        statement = update(table).values({column.name: bindparam(f"new_{column.name}") for column in sealed})
        for key in keys:
            statement = statement.where(key == bindparam(f"old_{key.name}"))
        session.connection().execute(statement, changes)
    return sum(isinstance(value, Sealed) for values in changes for value in values.values())
