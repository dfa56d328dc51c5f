"""Which customers are one person: what the merges on record mean for whoever reads the store.

A merge joins two ids (an edge); a person is all ids that active merges connect. The id that was made first stands for
all. No row is rewritten: undo a merge, and everything is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.customer import Consent, Customer
from store.database import Database, in_chunks
from store.tables.people import CustomerRow, MergeRow

LAST = datetime.max.replace(tzinfo=UTC)


def parts_of(session: Session, customer_id: str) -> list[str]:
    """All ids of the person who has this one, the one that stands for all first."""
    found, asked = {customer_id}, {customer_id}
    while asked:
        edges = select(MergeRow.one, MergeRow.other).where(
            MergeRow.undone.is_(None), or_(MergeRow.one.in_(asked), MergeRow.other.in_(asked))
        )
        near = {end for edge in session.execute(edges) for end in edge}
        asked = near - found
        found |= near
    return _eldest_first(session, found) if len(found) > 1 else [customer_id]


def aliases(session: Session) -> dict[str, str]:
    """Every id that another one stands for -> that one; empty where nobody was merged."""
    edges = [(one, other) for one, other in session.execute(_active()).tuples()]
    ids = [end for edge in edges for end in edge]
    created: dict[str, datetime] = {}
    for some in in_chunks(ids):
        rows = session.execute(select(CustomerRow.id, CustomerRow.created).where(CustomerRow.id.in_(some)))
        created |= {one: at or LAST for one, at in rows}
    return {
        part: persons[0]
        for group in connected(edges)
        for persons in [sorted(group, key=lambda one: (created.get(one, LAST), one))]
        for part in persons[1:]
    }


def read_aliases(database: Database) -> dict[str, str]:
    """`aliases`, in a transaction of its own."""
    with database.read() as session:
        return aliases(session)


def merged_since(session: Session, parts: Iterable[str]) -> datetime | None:
    """When the newest merge among these ids was made."""
    ids = list(parts)
    times = select(MergeRow.at).where(MergeRow.undone.is_(None), MergeRow.one.in_(ids), MergeRow.other.in_(ids))
    return max(session.scalars(times), default=None)


def connected(edges: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The groups of ids that edges connect (union by set, smaller into larger)."""
    group_of: dict[str, set[str]] = {}
    for one, other in edges:
        left, right = group_of.setdefault(one, {one}), group_of.setdefault(other, {other})
        if left is right:
            continue
        small, large = sorted((left, right), key=len)
        large |= small
        group_of.update(dict.fromkeys(small, large))
    return list({id(group): group for group in group_of.values()}.values())


def one_person(parts: Sequence[Customer], merged_at: datetime | None) -> Customer:
    """The customer that several records make: the first's words, what it lacks from the others in their order."""
    first = parts[0]
    attributes: dict[str, str] = {}
    for part in reversed(parts):
        attributes |= part.attributes
    made = [part.created for part in parts if part.created]
    return replace(
        first,
        first_name=_first(part.first_name for part in parts) or "",
        last_name=_first(part.last_name for part in parts) or "",
        email=_first(part.email for part in parts),
        phone=_first(part.phone for part in parts),
        address=_first(part.address for part in parts),
        attributes=attributes,
        consents=one_voice([part.consents for part in parts], merged_at or LAST),
        created=min(made, default=None),
    )


def one_voice(said: Sequence[Sequence[Consent]], merged_at: datetime) -> tuple[Consent, ...]:
    """The consents of several records as one history, of which the latest is in force as ever.

    The stricter one holds: where one record's last word on a channel before the merge is no, no yes of another record
    outranks it. What is said after the merge is said by the whole person.
    """
    kept: list[Consent] = []
    for channel in dict.fromkeys(consent.channel for part in said for consent in part):
        before = [[one for one in part if one.channel == channel and one.at <= merged_at] for part in said]
        in_force = [max(part, key=lambda one: one.at) for part in before if part]
        refusals = [one.at for one in in_force if not one.granted]
        for part in said:
            for one in part:
                outranks = one.granted and refusals and max(refusals) <= one.at <= merged_at
                if one.channel == channel and not outranks:
                    kept.append(one)
    return tuple(sorted(dict.fromkeys(kept), key=lambda one: (one.at, one.channel)))


def _active() -> Select[str, str]:
    return select(MergeRow.one, MergeRow.other).where(MergeRow.undone.is_(None))


def _eldest_first(session: Session, ids: Iterable[str]) -> list[str]:
    rows = session.execute(select(CustomerRow.id, CustomerRow.created).where(CustomerRow.id.in_(list(ids))))
    return [one for _, one in sorted((at or LAST, one) for one, at in rows)]


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
