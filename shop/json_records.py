"""Records out of JSON files and JSON lines. A line that is no object is told as such, and the others are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, TextIO

from core.errors import UserError
from shop.encodings import is_garbled
from shop.records import Fault, SourceRecord, walk


def read_json(file: TextIO, name: str, records: str) -> Iterator[SourceRecord]:
    """The objects at the path `records`. Raises `UserError` for a file that is no JSON, or has nothing there."""
    text = file.read()
    if not text.strip():
        return
    try:
        content = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise UserError(f"{name} line {error.lineno}", error.msg, "well-formed JSON") from None
    except RecursionError:
        raise UserError(name, "too many levels", "well-formed JSON") from None
    found = False
    for way, record in walk(content, records or ("*" if isinstance(content, list) else "")):
        found = True
        yield _record(name, way or "the file", record)
    if not found and content != []:
        raise UserError(f"records in {name}", records, "a path that leads to records", "mend `records:`")


def read_json_lines(file: TextIO, name: str) -> Iterator[SourceRecord]:
    """One object a line; blank lines go."""
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        if is_garbled(text):
            yield SourceRecord(name, line, broken=Fault("row", "bytes in another encoding", "the rest is UTF-8"))
            continue
        twice: list[str] = []
        try:
            record = json.loads(text, parse_float=Decimal, object_pairs_hook=partial(_noted, twice))
        except (json.JSONDecodeError, RecursionError) as error:
            why = f"no well-formed JSON: {error.msg if isinstance(error, json.JSONDecodeError) else 'too many levels'}"
            yield SourceRecord(name, line, broken=Fault("row", text, why))
            continue
        yield _record(name, line, record, twice)


def _noted(twice: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made and made[key] != value:
            twice.append(key)
        else:
            made[key] = value
    return made


def _record(name: str, place: int | str, record: Any, twice: list[str] | None = None) -> SourceRecord:
    if not isinstance(record, dict):
        return SourceRecord(name, place, broken=Fault("row", record, "no object with named fields"))
    mends = tuple(
        Fault(key, record.get(key, ""), "stands twice with different values: the first is read") for key in twice or ()
    )
    return SourceRecord(name, place, record, mends=mends)
