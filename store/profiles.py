"""Customer profiles: one a customer, drawn anew by insight.

Predictions and clusters have books of their own, in which they keep their history. A profile that is read carries the
latest of them, so that a fresh score is seen without drawing anything anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from core.customer import UNKNOWN, CustomerProfile
from store.clusters import ClusterBook
from store.database import Database
from store.people import parts_of
from store.predictions import PredictionBook
from store.strangers import refusing_strangers
from store.tables.people import ProfileRow

_PROFILE = TypeAdapter(CustomerProfile)
ELSEWHERE = {"predictions", "cluster"}


class ProfileBook:
    """The repository behind `Store.profiles`."""

    def __init__(self, database: Database, predictions: PredictionBook, clusters: ClusterBook) -> None:
        self._database, self._predictions, self._clusters = database, predictions, clusters

    def put(self, profiles: Iterable[CustomerProfile]) -> None:
        """Insert or overwrite; raises `NotFound` for a customer who is not there. Predictions and cluster are left to
        their books."""
        rows = {profile.customer_id: _row(profile) for profile in profiles}
        with refusing_strangers(self._database, rows), self._database.write() as session:
            self._database.upsert(session, ProfileRow, list(rows.values()))

    def get(self, customer_id: str) -> CustomerProfile | None:
        """Of the person who has this id; None where it is not drawn yet."""
        with self._database.read() as session:
            person = parts_of(session, customer_id)[0]
            row = session.get(ProfileRow, person)
        if row is None:
            return None
        predictions = self._predictions.latest(customer_id=person)
        clusters = self._clusters.latest(customer_id=person)
        return replace(
            _profile(row.content),
            predictions=predictions.get(person, ()),
            cluster=clusters.get(person, UNKNOWN),
        )

    def all(self) -> Iterator[CustomerProfile]:
        """In the order of the customers' ids."""
        with self._database.read() as session:
            contents = session.scalars(select(ProfileRow.content).order_by(ProfileRow.customer_id)).all()
        predictions, clusters = self._predictions.latest(), self._clusters.latest()
        for content in contents:
            profile = _profile(content)
            told, cluster = predictions.get(profile.customer_id, ()), clusters.get(profile.customer_id, UNKNOWN)
            yield replace(profile, predictions=told, cluster=cluster) if told or cluster != UNKNOWN else profile


def _row(profile: CustomerProfile) -> dict[str, Any]:
    content = _PROFILE.dump_python(profile, mode="json", exclude=ELSEWHERE)
    return {"customer_id": profile.customer_id, "content": content}


def _profile(content: Mapping[str, Any]) -> CustomerProfile:
    """What an older version wrote lacks the newer fields, which keep their defaults."""
    return _PROFILE.validate_python(content)
