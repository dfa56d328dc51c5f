"""Who is held to be one person, by what evidence, since when; and who was told apart again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from core.errors import NotFound
from store.database import Database, in_chunks
from store.people import parts_of
from store.records import to_text
from store.sealing import Vault
from store.tables.people import CustomerRow, MergeRow, ProfileRow


@dataclass(frozen=True, slots=True)
class NewMerge:
    """Two customers to be one, because they share `key` (`email`, `phone` ...), whose value `evidence` shows masked."""

    one: str
    other: str
    key: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge on record."""

    id: str
    one: str
    other: str
    key: str
    evidence: tuple[str, ...]
    at: datetime
    undone: datetime | None


class MergeBook:
    """The repository behind `Store.merges`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def add(self, merges: Iterable[NewMerge]) -> int:
        """Record them; profiles of those concerned are thrown away, for they were drawn of halves. Raises `NotFound`
        for an id that is no customer."""
        rows = [self._row(merge) for merge in merges]
        with self._database.write() as session:
            ids = list({end for row in rows for end in (row.one, row.other)})
            known = {
                one
                for some in in_chunks(ids)
                for one in session.scalars(select(CustomerRow.id).where(CustomerRow.id.in_(some)))
            }
            for stranger in sorted(set(ids) - known):
                raise NotFound("customer", stranger, "a customer of this shop", "see `hawker shop status`")
            session.add_all(rows)
            for some in in_chunks(ids):
                session.execute(delete(ProfileRow).where(ProfileRow.customer_id.in_(some)))
        return len(rows)

    def undo(self, merge_id: str) -> Merge:
        """Tell the two apart again, for good. Raises `NotFound`."""
        with self._database.write() as session:
            row = session.get(MergeRow, merge_id)
            if row is None or row.undone is not None:
                raise NotFound("MERGE", merge_id, "a merge that is in force", "see `hawker shop merges`")
            ids = parts_of(session, row.one)
            row.undone = datetime.now(UTC)
            session.execute(delete(ProfileRow).where(ProfileRow.customer_id.in_(ids)))
        return self._merge(row)

    def all(self) -> list[Merge]:
        """Also those that were undone; the newest first."""
        with self._database.read() as session:
            return [
                self._merge(row) for row in session.scalars(select(MergeRow).order_by(MergeRow.at.desc(), MergeRow.id))
            ]

    def parts(self, customer_id: str) -> list[str]:
        """All ids of the person who has this one, the one that stands for all first."""
        with self._database.read() as session:
            return parts_of(session, customer_id)

    def _row(self, merge: NewMerge) -> MergeRow:
        made = uuid.uuid4().hex[:12]
        seal = self._vault.row("merges", made).seal
        evidence = seal("evidence", to_text(list(merge.evidence)))
        return MergeRow(
            id=made,
            one=merge.one,
            other=merge.other,
            key=merge.key,
            evidence=evidence,
            at=datetime.now(UTC),
            undone=None,
        )

    def _merge(self, row: MergeRow) -> Merge:
        evidence = json.loads(self._vault.row("merges", row.id).open("evidence", row.evidence))
        return Merge(row.id, row.one, row.other, row.key, tuple(evidence), row.at, row.undone)
