"""Reading records from files: CSV (also .gz), JSON with nested records, JSON lines, Markdown and plain text.

A file that cannot be read as what it is raises one `UserError` naming file and line; a reader never skips what it
cannot read. Knows nothing of what the records mean.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TextIO

import yaml

from core.errors import UserError

Format = Literal["csv", "json", "jsonl", "text", "parquet"]
ENDINGS: Mapping[str, Format] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "text",
    ".txt": "text",
    ".parquet": "parquet",
}
LONGEST_CELL = 16_000_000


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record as it stands in its file; `line` as in `shop.report.Note`."""

    file: str
    line: int | str
    content: Mapping[str, Any]
    flat: bool = False
    """a row of a table: its columns are all the fields that there are"""


def read_records(path: Path, name: str, format: Format | None = None, records: str = "") -> Iterator[SourceRecord]:
    """The records of one file. `name` is what messages call it; `records` says where they lie in a JSON file:
    `users.*` is every value under the key `users`."""
    readers = {"csv": _csv, "json": _json, "jsonl": _json_lines, "text": _text, "parquet": _parquet}
    format = format or format_of(path)
    try:
        yield from readers[format](path, name, records)
    except UnicodeDecodeError as error:
        raise UserError(
            name, error.object[error.start : error.start + 8], "text in UTF-8", "save it as UTF-8"
        ) from None
    except (OSError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UserError(name, reason, "a readable file") from None


def format_of(path: Path) -> Format:
    """By the file name's ending, `.gz` aside."""
    ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if ending.lower() not in ENDINGS:
        raise UserError("file", path.name, "a name ending in " + ", ".join(ENDINGS), "say `format:` in a mapping file")
    return ENDINGS[ending.lower()]


def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """All that lies at dotted `path`, with the way there; `*` is every item of a list or mapping."""
    if not path:
        yield "", value
        return
    head, _, rest = path.partition(".")
    for key, child in _children(value, head):
        for way, found in walk(child, rest):
            yield (f"{key}.{way}" if way else key), found


def _children(value: Any, step: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        if step == "*":
            yield from ((str(key), child) for key, child in value.items())
        elif step in value:
            yield step, value[step]
    elif isinstance(value, list):
        if step == "*":
            yield from ((str(at), child) for at, child in enumerate(value))
        elif step.isdigit() and int(step) < len(value):
            yield step, value[int(step)]


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open("rt", encoding="utf-8-sig", newline="")


def _csv(path: Path, name: str, records: str) -> Iterator[SourceRecord]:
    csv.field_size_limit(LONGEST_CELL)
    with _open(path) as file:
        rows = csv.reader(file, strict=True)
        line = 1
        try:
            header = next(rows, [])
            if len(set(header)) < len(header) or not any(header):
                raise UserError(f"{name} line 1", ",".join(header), "a header whose columns have different names")
            line = rows.line_num + 1
            for row in rows:
                if row and len(row) != len(header):
                    expected = f"{len(header)} fields as in the header"
                    raise UserError(f"{name} line {line}", f"{len(row)} fields", expected, "mend the line's quotes")
                if row:
                    yield SourceRecord(name, line, dict(zip(header, row, strict=True)), flat=True)
                line = rows.line_num + 1
        except csv.Error as error:
            raise UserError(f"{name} line {line}", error, "well-formed CSV", "mend the line's quotes") from None


def _json(path: Path, name: str, records: str) -> Iterator[SourceRecord]:
    with _open(path) as file:
        try:
            content = json.load(file, parse_float=Decimal)
        except json.JSONDecodeError as error:
            raise UserError(f"{name} line {error.lineno}", error.msg, "well-formed JSON") from None
    found = False
    for way, record in walk(content, records or ("*" if isinstance(content, list) else "")):
        found = True
        yield SourceRecord(name, way or "the file", _object(record, f"{name} {way}"))
    if not found:
        raise UserError(f"records in {name}", records, "a path that leads to records", "mend `records:`")


def _json_lines(path: Path, name: str, records: str) -> Iterator[SourceRecord]:
    with _open(path) as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                record = json.loads(text, parse_float=Decimal)
            except json.JSONDecodeError as error:
                raise UserError(f"{name} line {line}", error.msg, "one JSON object a line") from None
            yield SourceRecord(name, line, _object(record, f"{name} line {line}"))


def _parquet(path: Path, name: str, records: str) -> Iterator[SourceRecord]:
    import polars

    try:
        frame = polars.read_parquet(path)
    except polars.exceptions.PolarsError as error:
        raise UserError(name, error, "a Parquet file") from None
    for line, record in enumerate(frame.iter_rows(named=True), 1):
        yield SourceRecord(name, line, record)


def _text(path: Path, name: str, records: str) -> Iterator[SourceRecord]:
    """One record a file: its front matter's keys, `text`, and `source`."""
    with _open(path) as file:
        text = file.read().replace("\r\n", "\n")
    front: Any = {}
    if text.startswith("---\n"):
        head, mark, rest = text[4:].partition("\n---\n")
        if not mark:
            raise UserError(f"{name} line 1", "---", "front matter that ends with a line ---")
        try:
            front = yaml.safe_load(head) or {}
        except yaml.YAMLError as error:
            raise UserError(f"{name} front matter", error, "well-formed YAML") from None
        text = rest
    yield SourceRecord(name, 1, {**_object(front, f"{name} front matter"), "text": text, "source": name})


def _object(record: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        raise UserError(place, record, "an object with named fields")
    return record
