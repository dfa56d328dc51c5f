"""Where a load's rows lie: files of a folder, one file, or the tables of a database, each with how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from shop.mapping import KINDS, OWN_LAYOUT, OWN_TABLES, Kind, Mapped, RecordSource
from shop.records import SourceRecord, Tell
from shop.sources import read_records
from store.foreign import ForeignDatabase

Read = Callable[[Tell], Iterator[SourceRecord]]


@dataclass(frozen=True, slots=True)
class Place:
    """One file or table. `read` may be called more than once."""

    name: str
    described: RecordSource
    read: Read
    path: Path | None = None
    """None: a table"""


Places = Mapping[Kind, list[Place]]


def is_database(source: str) -> bool:
    """Whether `source` is a database's URL, and no path."""
    return "://" in source


@contextmanager
def open_places(source: str, mapped: Mapped | None, mapping: str = "") -> Iterator[Places]:
    """All places that `mapped` (None: our own layout) names in `source`. Raises `UserError` where one is missing."""
    if not is_database(source):
        layout = mapped or OWN_LAYOUT
        yield {kind: list(_files(Path(source), layout.of(kind), mapping)) for kind in KINDS}
        return
    database = ForeignDatabase(source)
    try:
        layout = mapped or OWN_TABLES
        there = database.tables()
        yield {kind: list(_tables(database, there, layout.of(kind), mapping)) for kind in KINDS}
    finally:
        database.close()


def _files(source: Path, wanted: tuple[RecordSource, ...], mapping: str) -> Iterator[Place]:
    if not source.exists():
        raise UserError("SOURCE", source, "a folder or file that is there")
    for described in wanted:
        if not described.file:
            raise UserError(
                f"{mapping}: table", described.table or described.query, "`file:`, for SOURCE is no database"
            )
        if source.is_file():
            found = [source] if Path(source.name).match(Path(described.file).name) else []
        else:
            found = sorted(path for path in source.glob(described.file) if path.is_file())
        if not found and source.is_dir() and not described.optional and mapping:
            raise UserError(f"{mapping}: file", described.file, f"a file in {source}")
        for path in found:
            name = path.name if source.is_file() else path.relative_to(source).as_posix()
            yield Place(name, described, _file_reader(path, name, described), path)


def _file_reader(path: Path, name: str, described: RecordSource) -> Read:
    return lambda tell: read_records(path, name, described.format, described.records, described.encoding, tell)


def _tables(
    database: ForeignDatabase, there: set[str], wanted: tuple[RecordSource, ...], mapping: str
) -> Iterator[Place]:
    for described in wanted:
        if described.file:
            raise UserError(f"{mapping}: file", described.file, "`table:` or `query:`, for SOURCE is a database")
        if described.table and described.table not in there:
            if described.optional:
                continue
            raise UserError(f"{mapping}: table", described.table, "one of " + ", ".join(sorted(there)))
        name = f"table {described.table}" if described.table else "query"
        yield Place(name, described, _table_reader(database, name, described))


def _table_reader(database: ForeignDatabase, name: str, described: RecordSource) -> Read:
    def read(tell: Tell) -> Iterator[SourceRecord]:
        for at, row in enumerate(database.rows(described.table, described.query), 1):
            yield SourceRecord(name, at, row, flat=True)

    return read
