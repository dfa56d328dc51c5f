"""Loading a shop: files or tables -> records -> our layout -> clean dataclasses -> the store; every row is reported.

All is read and cleaned before the first row is written, so a file that cannot be read leaves the store as it was; each
kind is then written in one transaction. Loading the same again changes nothing. Indexing what was loaded, and finding
out who of it are one person (`shop.people`), is somebody else's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.shop import Brand
from core.yaml_file import read_yaml
from shop.branding import read_brand
from shop.conversations import past_conversations
from shop.converting import in_own_layout, paths
from shop.dates import DateOrder
from shop.event_tables import is_table, stage_events
from shop.intake import Intake
from shop.mapping import BRAND_FILE, KINDS, Kind, Mapped, RecordSource, read_mapping
from shop.places import Place, Places, is_database, open_places
from shop.records import SourceRecord, Tell
from shop.relations import Relations
from shop.report import FileRead, LoadReport, Tally
from shop.staged_events import StagedEvents
from store.opening import Store

Progress = Callable[[str], None]
TIMES = {"at", "placed", "created"}
"""our fields that hold a time"""
NO_PROGRESS: Progress = lambda stage: None  # noqa: E731


def load_shop(
    store: Store, source: str | Path, mapping: Path | None = None, progress: Progress | None = None
) -> LoadReport:
    """Load the folder, file or database `source`, by a mapping file or as our own layout. `progress` hears each stage.

    Raises `UserError`, with the store untouched, for a file that cannot be read or a mapping that does not fit.
    """
    say = progress or NO_PROGRESS
    mapped = read_mapping(mapping) if mapping else None
    brand = _brand(str(source), mapped, mapping)
    shop = brand or store.shop.brand()
    intake = Intake(Tally(), Relations(store, shop.currency if shop else None))
    with open_places(str(source), mapped, mapping.name if mapping else "") as places, StagedEvents(store) as staged:
        _refuse_nothing(source, places, brand, mapping)
        for kind in KINDS:
            for place in places[kind]:
                say(f"reading {kind} from {place.name}")
                if kind == "events" and is_table(place):
                    stage_events(place, staged, intake)
                else:
                    _read(kind, place, intake)
        intake.settle()
        staged.settle(intake.tally)
        say("writing")
        _write(store, brand, intake, staged)
    report = intake.tally.report()
    counted = {"read": report.read, "taken": report.taken, "mended": report.mended, "refused": report.refused}
    store.loads.add({**counted, "reasons": [asdict(one) for one in report.reasons]})
    return report


def _brand(source: str, mapped: Mapped | None, mapping: Path | None) -> Brand | None:
    if mapped is not None and mapping is not None:
        return read_brand(mapped.brand, f"{mapping.name}: brand") if mapped.brand else None
    path = Path(source) / BRAND_FILE
    return None if is_database(source) or not path.is_file() else read_brand(read_yaml(path, "SOURCE"), BRAND_FILE)


def _refuse_nothing(source: str | Path, places: Places, brand: Brand | None, mapping: Path | None) -> None:
    if brand is None and not any(places.values()):
        fix = "mend `file:` in the mapping" if mapping else "see docs/LAYOUT.md, or say --map FILE"
        raise UserError("SOURCE", source, "a folder or file with products, knowledge, customers, orders ...", fix)


def _read(kind: Kind, place: Place, intake: Intake) -> None:
    told: list[str] = []
    order = DateOrder(place.described.dates, lambda: _written_times(place))
    rows = 0
    for record in _records(place, told.append):
        rows += 1
        intake.take(kind, record, place.described, order)
    intake.tally.opened(FileRead(kind, place.name, rows, tuple(dict.fromkeys(told))))


def _records(place: Place, tell: Tell) -> Iterator[SourceRecord]:
    checked = False
    for record in place.read(tell):
        if record.broken:
            yield record
            continue
        if record.flat and not checked:
            _check_columns(record, place.described)
            checked = True
        yield in_own_layout(record, place.described)


def _check_columns(record: SourceRecord, described: RecordSource) -> None:
    """A table says at once which columns it has: a mapping that asks for another one is wrong for every row."""
    for ours, theirs in paths(described.fields):
        if theirs not in record.content:
            raise UserError(f"mapping of {ours}", theirs, f"a column of {record.file}: {', '.join(record.content)}")


def _written_times(place: Place) -> Iterator[Any]:
    """Every time of a file as it is written there."""
    for record in _records(place, lambda said: None):
        yield from _times(record.content)


def _times(content: Any) -> Iterator[Any]:
    if isinstance(content, Mapping):
        for name, value in content.items():
            yield from [value] if name in TIMES else _times(value)
    elif isinstance(content, list):
        for item in content:
            yield from _times(item)


def _write(store: Store, brand: Brand | None, intake: Intake, staged: StagedEvents) -> None:
    if brand is not None:
        store.shop.set_brand(brand)
    store.shop.put_products(intake.clean("products"))
    store.shop.put_documents(intake.clean("documents"))
    store.customers.put(intake.clean("customers"))
    store.orders.put(intake.clean("orders"))
    store.events.append(intake.clean("events"))
    staged.write()
    store.shop.put_reviews([*intake.clean("reviews"), *intake.clean("posts")])
    store.conversations.put_past(past_conversations(intake.clean("turns")))
