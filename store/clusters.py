"""In which group of similar customers each was found, and when. Findings are added: drift can be read from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from store.database import Database
from store.strangers import refusing_strangers
from store.tables.people import ClusterRow


class ClusterBook:
    """The repository behind `Store.clusters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, names: Mapping[str, str], as_of: datetime) -> None:
        """Customer id -> the cluster's name, found in data up to `as_of` (aware); the same moment again overwrites.
        Raises `NotFound` for a customer who is not there."""
        rows = [{"customer_id": customer, "as_of": as_of, "name": name} for customer, name in names.items()]
        with refusing_strangers(self._database, names), self._database.write() as session:
            self._database.upsert(session, ClusterRow, rows)

    def latest(self, until: datetime | None = None, customer_id: str | None = None) -> dict[str, str]:
        """Customer id -> the name found last, of one customer or all, in data up to `until`."""
        newest = select(ClusterRow.customer_id, func.max(ClusterRow.as_of).label("as_of"))
        newest = newest.group_by(ClusterRow.customer_id)
        if until is not None:
            newest = newest.where(ClusterRow.as_of <= until)
        if customer_id is not None:
            newest = newest.where(ClusterRow.customer_id == customer_id)
        last = newest.subquery()
        same = (ClusterRow.customer_id == last.c.customer_id) & (ClusterRow.as_of == last.c.as_of)
        with self._database.read() as session:
            found = session.execute(select(ClusterRow.customer_id, ClusterRow.name).join(last, same))
            return {row.customer_id: row.name for row in found}
