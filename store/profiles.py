"""Customer profiles: one a customer, drawn anew by insight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.customer import CustomerProfile
from store.database import Database
from store.strangers import refusing_strangers
from store.tables.people import ProfileRow


class ProfileBook:
    """The repository behind `Store.profiles`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, profiles: Iterable[CustomerProfile]) -> None:
        """Insert or overwrite; raises `NotFound` for a customer who is not there."""
        rows = {profile.customer_id: _row(profile) for profile in profiles}
        with refusing_strangers(self._database, rows), self._database.write() as session:
            self._database.upsert(session, ProfileRow, list(rows.values()))

    def get(self, customer_id: str) -> CustomerProfile | None:
        with self._database.read() as session:
            row = session.get(ProfileRow, customer_id)
        return None if row is None else _profile(row.content)

    def all(self) -> Iterator[CustomerProfile]:
        """In the order of the customers' ids."""
        with self._database.read() as session:
            contents = session.scalars(select(ProfileRow.content).order_by(ProfileRow.customer_id)).all()
        return (_profile(content) for content in contents)


def _row(profile: CustomerProfile) -> dict[str, Any]:
    content = {**asdict(profile), "total_spent": str(profile.total_spent)}
    return {"customer_id": profile.customer_id, "content": content}


def _profile(content: Mapping[str, Any]) -> CustomerProfile:
    return CustomerProfile(
        **{
            **content,
            "favourite_categories": tuple(content["favourite_categories"]),
            "total_spent": Decimal(content["total_spent"]),
        }
    )
