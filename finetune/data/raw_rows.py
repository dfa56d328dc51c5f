"""The rows of a file as they stand, with their line numbers: JSON lines, a JSON list, CSV; each also as `.gz`.

A line that cannot be read is a problem and the next one is read all the same, so that one run tells everything.
Knows nothing of what the fields mean.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.data.findings import Place, Problem

LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class RawRow:
    place: Place
    fields: Mapping[str, Any]


def raw_rows(path: Path) -> Iterator[RawRow | Problem]:
    """Everything in `path`, by the ending of its name; without a known one it is read as JSON lines."""
    text = _text(path)
    if isinstance(text, Problem):
        yield text
        return
    match ending(path):
        case ".csv" | ".tsv" as kind:
            yield from _table(text, path.name, "\t" if kind == ".tsv" else ",")
        case ".json":
            yield from _json_list(text, path.name)
        case _:
            yield from _json_lines(text, path.name)


def ending(path: Path) -> str:
    """Of the file's name in lower case, `.gz` aside."""
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower()


def _text(path: Path) -> str | Problem:
    try:
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Problem(Place(path.name, line), "", "is not UTF-8", "save the file as UTF-8")
    except (OSError, EOFError, zlib.error) as error:
        return Problem(Place(path.name), "", f"cannot be read ({error})")


def _json_lines(text: str, name: str) -> Iterator[RawRow | Problem]:
    # Not splitlines: U+2028 within a text ends no line of a JSON file.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            place = Place(name, number)
            try:
                yield _row(json.loads(line), place)
            except (ValueError, RecursionError) as error:  # also a number of too many digits
                reason = (
                    error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep or too long a number"
                )
                yield Problem(place, "", f"is no JSON object ({reason})", "write one object a line")


def _json_list(text: str, name: str) -> Iterator[RawRow | Problem]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        yield Problem(Place(name, line), "", f"is not JSON ({error})", "mend it, or write JSON lines")
        return
    if not isinstance(content, list):
        yield Problem(Place(name), "", "is no list of objects", "put the rows into [ ], or write JSON lines")
        return
    for number, item in enumerate(content, start=1):
        yield _row(item, Place(f"{name} item {number}"))


def _row(content: object, place: Place) -> RawRow | Problem:
    if not isinstance(content, dict):
        return Problem(place, "", f"is a {type(content).__name__}", "write an object with named fields")
    return RawRow(place, content)


def _table(text: str, name: str, delimiter: str) -> Iterator[RawRow | Problem]:
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    line = 1
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            # After broken quotes nobody knows where the next row begins.
            yield Problem(Place(name, line), "", f"is not CSV ({error})", "mend the quotes; nothing after it was read")
            return
        if cells is None:
            return
        if not header:
            header = [cell.strip() for cell in cells]
            if problem := _wrong_header(header, Place(name, line)):
                yield problem
                return
        elif any(cell.strip() for cell in cells):
            yield _cells(header, cells, Place(name, line))
        line = rows.line_num + 1


def _wrong_header(header: list[str], place: Place) -> Problem | None:
    named = [cell.casefold() for cell in header if cell]
    twice = next((cell for cell in named if named.count(cell) > 1), None)
    if twice or not named:
        reason = f"names {twice!r} twice" if twice else "is empty"
        return Problem(place, "header", reason, "give each column a name of its own in the first line")
    return None


def _cells(header: list[str], cells: list[str], place: Place) -> RawRow | Problem:
    if len(cells) != len(header):
        reason = f"has {len(cells)} fields where the header has {len(header)}"
        return Problem(place, "", reason, "quote texts that hold a comma or a line break")
    return RawRow(place, {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name})
