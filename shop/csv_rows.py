"""The rows of a CSV file as records. A row that is broken is told as such, and the rows after it are read all the same.

Knows commas, semicolons, tabs and bars as separators, of which the header decides. Only a header without any name makes
a file unreadable.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from core.errors import UserError
from shop.encodings import is_garbled
from shop.records import Fault, SourceRecord, Tell
from shop.values import read_text

LONGEST_CELL = 16_000_000
LONGEST_RECORD = 1000
"""lines that one row may have: a quote that is never closed would else swallow the rest of the file"""
OTHER_WIDTH = "not as many as the header has"
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file: each name's first place, and the places that have no name of their own."""

    width: int
    places: dict[str, int]
    spare: dict[int, str]
    """place -> the name that an earlier column has already, or nothing"""


def read_csv(file: TextIO, name: str, tell: Tell, mixed: bool = False) -> Iterator[SourceRecord]:
    """The rows of `file` below its header. `mixed`: some may hold bytes that are no text (`shop.encodings`)."""
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(file)
    separator = separator_of(lines.peek(), tell)
    header: Header | None = None
    rows = csv.reader(lines, strict=True, delimiter=separator)
    while True:
        lines.begin()
        try:
            row = next(rows, None)
        except csv.Error as error:
            if header is None:
                raise UserError(f"{name} line 1", error, "a header in well-formed CSV", "mend its quotes") from None
            lines.give_back()
            rows = csv.reader(lines, strict=True, delimiter=separator)
            yield _broken(name, lines.number, Fault("row", lines.first, f"no well-formed CSV: {error}"))
            continue
        if row is None:
            return
        if header is None:
            header = read_header(row, name, tell)
        elif row:
            yield _record(name, lines.number, row, header, mixed)


def _record(name: str, line: int, row: Sequence[str], header: Header, mixed: bool) -> SourceRecord:
    if len(row) != header.width:
        return _broken(name, line, Fault("row", f"{len(row)} fields", OTHER_WIDTH))
    if mixed and any(is_garbled(cell) for cell in row):
        column = next(column for column, at in header.places.items() if is_garbled(row[at]))
        return _broken(name, line, Fault(column, "bytes in another encoding", "the rest of the file is UTF-8"))
    mends = tuple(
        Fault(
            twin or f"column {at + 1}",
            row[at],
            "a second column of this name: left out" if twin else "a column without a name: left out",
        )
        for at, twin in header.spare.items()
        if row[at] and (not twin or row[at] != row[header.places[twin]])
    )
    return SourceRecord(name, line, {column: row[at] for column, at in header.places.items()}, flat=True, mends=mends)


def read_header(row: Sequence[str], name: str, tell: Tell) -> Header:
    """The columns that a file's first row names. Raises `UserError` where it names none."""
    names = [read_text(cell) for cell in row]
    if not any(names):
        raise UserError(f"{name} line 1", ",".join(row), "a header that names the columns")
    places: dict[str, int] = {}
    spare: dict[int, str] = {}
    for at, column in enumerate(names):
        if not column or column in places:
            spare[at] = column
        else:
            places[column] = at
    for twin in sorted({column for column in spare.values() if column}):
        tell(f"two columns are called '{twin}': the first is read")
    return Header(len(names), places, spare)


def separator_of(first: str, tell: Tell = lambda said: None) -> str:
    """What divides the names in a header."""
    separator = max(SEPARATORS, key=first.count)
    if separator != ",":
        tell(f"fields are divided by {SEPARATORS[separator]}")
    return separator


def _broken(name: str, line: int, fault: Fault) -> SourceRecord:
    return SourceRecord(name, line, flat=True, broken=fault)


class _Lines:
    """The file's lines for the CSV reader. Those of a record that came to nothing are given back, all but the first."""

    def __init__(self, file: TextIO) -> None:
        self._file = iter(file)
        self._waiting: deque[str] = deque()
        self._given: list[str] = []
        self.number = 1
        """of the line on which the record began"""

    @property
    def first(self) -> str:
        """The first line of the record."""
        return self._given[0] if self._given else ""

    def peek(self) -> str:
        """The file's first line, not taken."""
        line = next(self._file, "")
        if line:
            self._waiting.append(line)
        return line

    def begin(self) -> None:
        self.number += len(self._given)
        self._given.clear()

    def give_back(self) -> None:
        self._waiting.extendleft(reversed(self._given[1:]))
        del self._given[1:]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._given) >= LONGEST_RECORD:
            raise csv.Error(f"a quote that is not closed within {LONGEST_RECORD:,} lines")
        line = self._waiting.popleft() if self._waiting else next(self._file)
        self._given.append(line)
        return line
