"""Bringing a database to the newest schema with the migrations that ship in `store/migrations`.

Alembic runs from here, so there is no alembic.ini. To add a migration: change the tables, write the next file in
`store/migrations/versions`, raise `HEAD`; a test compares the tables with what the migrations make.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from core.errors import HawkerError
from store.database import Database

HEAD = "0005"
SCRIPTS = "store:migrations"


def migrate(database: Database) -> None:
    """Upgrade to `HEAD`. Two processes may call it at once. Raises `HawkerError` where the database is newer."""
    with database.read() as session:
        if _revision(session.connection()) == HEAD:
            return
    # Imported late: a command on a database that is up to date does not pay for it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            found = _revision(connection)
            raise HawkerError(
                f"the database has schema {found}, this version of Hawker knows up to {HEAD}; install a newer Hawker"
            ) from None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
