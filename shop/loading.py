"""Loading a shop: files -> records -> our layout -> clean dataclasses -> the store, with a report of every row.

All files are read and cleaned before the first row is written, so a file that cannot be read leaves the store as it
was; each kind is then written in one transaction. Loading the same files again changes nothing. Indexing what was
loaded is somebody else's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.customer import Consent, Customer, Event, Order, Review
from core.errors import UserError
from core.shop import Brand, Document, Product
from core.yaml_file import read_yaml
from shop.branding import read_brand
from shop.cleaning import clean_customer, clean_document, clean_event, clean_order, clean_product, clean_review
from shop.converting import in_own_layout, paths
from shop.fields import Fields, RowRefused
from shop.mapping import BRAND_FILE, KINDS, OWN_LAYOUT, ConsentRule, Kind, Mapped, RecordSource, read_mapping
from shop.relations import Relations
from shop.report import LoadReport, Tally
from shop.sources import SourceRecord, read_records
from store.opening import Store

Progress = Callable[[str], None]


@dataclass(slots=True)
class Taken:
    """The clean rows of a load, by id, before they are written."""

    products: dict[str, Product] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    reviews: dict[str, Review] = field(default_factory=dict)


def load_shop(store: Store, source: Path, mapping: Path | None = None, progress: Progress | None = None) -> LoadReport:
    """Load the folder or file `source`, by a mapping file or as our own layout. `progress` is told each stage.

    Raises `UserError`, with the store untouched, for a file that cannot be read or a mapping that does not fit.
    """
    mapped = read_mapping(mapping) if mapping else OWN_LAYOUT
    brand = _brand(source, mapped, mapping)
    files = {kind: list(_files(source, mapped.of(kind), mapping)) for kind in KINDS}
    if brand is None and not any(files.values()):
        fix = "mend `file:` in the mapping" if mapping else "see docs/LAYOUT.md, or say --map FILE"
        raise UserError("SOURCE", source, "a folder or file with products, knowledge, customers, orders ...", fix)
    tally, taken, relations = Tally(), Taken(), Relations(store)
    for kind in KINDS:
        for path, described in files[kind]:
            if progress:
                progress(f"reading {kind} from {path.name}")
            for record in _records(source, path, described):
                _take(kind, record, described, taken, tally, relations)
    if progress:
        progress("writing")
    _write(store, brand, taken)
    return tally.report()


def _brand(source: Path, mapped: Mapped, mapping: Path | None) -> Brand | None:
    if mapping is not None:
        return read_brand(mapped.brand, f"{mapping.name}: brand") if mapped.brand else None
    path = source / BRAND_FILE
    return read_brand(read_yaml(path, "SOURCE"), BRAND_FILE) if path.is_file() else None


def _files(source: Path, wanted: tuple[RecordSource, ...], mapping: Path | None) -> Iterator[tuple[Path, RecordSource]]:
    if not source.exists():
        raise UserError("SOURCE", source, "a folder or file that is there")
    for described in wanted:
        if source.is_file():
            found = [source] if Path(source.name).match(Path(described.file).name) else []
        else:
            found = sorted(path for path in source.glob(described.file) if path.is_file())
        if not found and source.is_dir() and not described.optional and mapping is not None:
            raise UserError(f"{mapping.name}: file", described.file, f"a file in {source}")
        yield from ((path, described) for path in found)


def _records(source: Path, path: Path, described: RecordSource) -> Iterator[SourceRecord]:
    name = path.name if source.is_file() else path.relative_to(source).as_posix()
    for at, record in enumerate(read_records(path, name, described.format, described.records)):
        if at == 0 and record.flat:
            _check_columns(record, described)
        yield in_own_layout(record, described)


def _check_columns(record: SourceRecord, described: RecordSource) -> None:
    """A table says at once which columns it has: a mapping that asks for another one is wrong for every row."""
    for ours, theirs in paths(described.fields):
        if theirs not in record.content:
            raise UserError(f"mapping of {ours}", theirs, f"a column of {record.file}: {', '.join(record.content)}")


def _take(
    kind: Kind, record: SourceRecord, described: RecordSource, taken: Taken, tally: Tally, relations: Relations
) -> None:
    row = Fields(kind, record)
    try:
        clean: Any = CLEANERS[kind](row)
        row.note_unknown()
        if kind == "customers":
            clean = relations.with_consents(clean, _consents(described.consent, clean))
        clean = relations.checked(row, clean, taken.customers)
        if kind == "events":
            taken.events.append(clean)
        else:
            known: dict[str, Any] = getattr(taken, kind)
            if clean.id in known:
                raise row.refused("id", clean.id, "an earlier row has this id")
            known[clean.id] = clean
    except RowRefused as refused:
        tally.refuse(refused.note)
        return
    tally.take(kind, row.mends)


def _consents(rules: tuple[ConsentRule, ...], customer: Customer) -> list[tuple[Consent, bool]]:
    """The consents that a mapping gives, and whether each is dated by it."""
    now = customer.created or datetime.now(UTC)
    return [(Consent(rule.channel, rule.granted, rule.at or now, rule.source), rule.at is not None) for rule in rules]


def _write(store: Store, brand: Brand | None, taken: Taken) -> None:
    if brand is not None:
        store.shop.set_brand(brand)
    store.shop.put_products(list(taken.products.values()))
    store.shop.put_documents(list(taken.documents.values()))
    store.customers.put(list(taken.customers.values()))
    store.orders.put(list(taken.orders.values()))
    store.events.append(taken.events)
    store.shop.put_reviews(list(taken.reviews.values()))


CLEANERS: dict[Kind, Callable[[Fields], object]] = {
    "products": clean_product,
    "documents": clean_document,
    "customers": clean_customer,
    "orders": clean_order,
    "events": clean_event,
    "reviews": clean_review,
}
