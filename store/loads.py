"""What each load of the shop's data did, so that it can be looked at later. Holds counts and reasons, never a value."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from store.database import Database
from store.tables.work import LoadRow


class LoadBook:
    """The repository behind `Store.loads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, content: Mapping[str, Any]) -> None:
        """Write down one load; `content` is JSON."""
        with self._database.write() as session:
            session.add(LoadRow(id=uuid.uuid4().hex, at=datetime.now(UTC), content=dict(content)))

    def all(self) -> list[tuple[datetime, Mapping[str, Any]]]:
        """When and what, the newest first."""
        with self._database.read() as session:
            rows = session.scalars(select(LoadRow).order_by(LoadRow.at.desc(), LoadRow.id)).all()
        return [(row.at, row.content) for row in rows]
