"""The rows of one load between reading and writing: cleaned one by one, checked against each other, kept by id.

A row is taken, mended or refused, and told as one of them when all are in, for whether an amount is out of all
proportion is known only then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from core.customer import Consent, Customer, Order
from shop.acts import clean_event, clean_order, clean_post, clean_review, clean_turn
from shop.cleaning import clean_customer, clean_document, clean_product
from shop.dates import DateOrder
from shop.fields import Fields, RowRefused
from shop.mapping import KINDS, ConsentRule, Kind, RecordSource
from shop.outliers import find_outliers
from shop.records import SourceRecord
from shop.relations import Relations
from shop.report import Note, Tally, shown

SAME, TAKEN_ID = "an earlier row says the same", "an earlier row has this id"


@dataclass(slots=True)
class Kept:
    """A clean row, the rows of the source that it is made of, and what was mended in each of those."""

    clean: Any
    rows: list[list[Note]]
    first: SourceRecord


@dataclass(slots=True)
class Intake:
    """What a load has taken so far, by kind and then by id (where a kind has none, by its content)."""

    tally: Tally
    relations: Relations
    kept: dict[Kind, dict[Any, Kept]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def take(self, kind: Kind, record: SourceRecord, described: RecordSource, order: DateOrder) -> None:
        """Clean one record and keep it, or tell why not."""
        row = Fields(kind, record, order=order)
        try:
            if record.broken:
                raise row.refused(record.broken.field, record.broken.value, record.broken.why)
            for mend in record.mends:
                row.mend(mend.field, mend.value, mend.why)
            clean: Any = CLEANERS[kind](row)
            row.note_unknown()
            if kind == "customers":
                clean = self.relations.with_consents(clean, _consents(described.consent, clean))
            clean = self.relations.checked(row, clean, self.kept["customers"])
            self._keep(kind, row, clean)
        except RowRefused as refused:
            self.tally.refuse(refused.note)

    def clean(self, kind: Kind) -> list[Any]:
        """The dataclasses of a kind, in the order in which they were read."""
        return [kept.clean for kept in self.kept[kind].values()]

    def settle(self) -> None:
        """Look at all rows together, leave out what is out of all proportion, and count every row."""
        for kind in KINDS:
            for kept, (name, value, why), clean in find_outliers(kind, list(self.kept[kind].values())):
                kept.clean = clean
                kept.rows[0].append(_note(kind, kept.first, name, value, why))
            for kept in self.kept[kind].values():
                for mends in kept.rows:
                    self.tally.take(kind, mends)

    def _keep(self, kind: Kind, row: Fields, clean: Any) -> None:
        key = clean if kind in ("events", "turns") else clean.id
        known = self.kept[kind]
        before = known.get(key)
        if before is None:
            known[key] = Kept(clean, [row.mends], replace(row.record, content={}))
        elif before.clean == clean:
            raise row.refused("row" if key is clean else "id", "" if key is clean else clean.id, SAME)
        elif kind == "orders" and row.record.flat and (joined := _with_lines(before.clean, clean)):
            before.clean = joined
            before.rows.append(row.mends)
        else:
            raise row.refused("id", clean.id, TAKEN_ID)


def _with_lines(order: Order, more: Order) -> Order | None:
    """A table has one line of an order a row: the order with the lines of the next row; None where it is another one,
    or the line is there already."""
    if replace(more, lines=()) != replace(order, lines=()) or all(line in order.lines for line in more.lines):
        return None
    return replace(order, lines=(*order.lines, *more.lines))


def _consents(rules: Sequence[ConsentRule], customer: Customer) -> list[tuple[Consent, bool]]:
    """The consents that a mapping gives, and whether each is dated by it."""
    now = customer.created or datetime.now(UTC)
    return [(Consent(rule.channel, rule.granted, rule.at or now, rule.source), rule.at is not None) for rule in rules]


def _note(kind: str, record: SourceRecord, name: str, value: object, why: str) -> Note:
    line = record.line if isinstance(record.line, int) else shown(record.line)
    return Note(kind, record.file, line, name, shown(value), why)


CLEANERS: dict[Kind, Callable[[Fields], Any]] = {
    "products": clean_product,
    "documents": clean_document,
    "customers": clean_customer,
    "orders": clean_order,
    "events": clean_event,
    "reviews": clean_review,
    "posts": clean_post,
    "turns": clean_turn,
}
