"""What a load did: how many rows of each kind were read, taken, mended and refused; where, why, how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shop.values import INVISIBLE

LISTED = 20
"""notes kept a kind and sort: enough to see what is wrong, short enough to read"""
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Note:
    """One thing about one row. `line` is a line's number, or the path of a record inside a JSON file."""

    kind: str
    file: str
    line: int | str
    field: str
    value: str
    why: str

    def __str__(self) -> str:
        place = f"line {self.line}" if isinstance(self.line, int) else self.line
        return f"{self.file} {place}: {self.field} '{self.value}': {self.why}"


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file or table: how many rows it had, and what is to be said of it as a whole."""

    kind: str
    file: str
    rows: int
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """How often something was mended or refused for one reason. Holds no value of a row."""

    kind: str
    refused: bool
    field: str
    why: str
    rows: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Rows by kind: `read` = taken as they are + mended + refused. A mended row was taken too, and counts in `taken`.
    The notes list the first of each kind; `reasons` counts all."""

    read: Mapping[str, int]
    taken: Mapping[str, int]
    mended: Mapping[str, int]
    refused: Mapping[str, int]
    mended_notes: tuple[Note, ...]
    refused_notes: tuple[Note, ...]
    files: tuple[FileRead, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def __str__(self) -> str:
        lines = [
            f"{kind}: {self.read[kind]:,} read, {count:,} taken, {self.mended[kind]:,} of them mended, "
            f"{self.refused[kind]:,} refused"
            for kind, count in self.taken.items()
        ]
        lines += [f"{one.file}: {said}" for one in self.files for said in one.told]
        for title, notes in (("mended", self.mended_notes), ("refused", self.refused_notes)):
            lines += [f"{title}: {note}" for note in notes]
        total = sum(self.mended.values()) + sum(self.refused.values())
        rows = len({(note.kind, note.file, note.line) for note in (*self.mended_notes, *self.refused_notes)})
        if total > rows:
            lines.append(f"... and {total - rows:,} more rows mended or refused")
        return "\n".join(lines)


@dataclass(slots=True)
class Tally:
    """Counts while a load goes on, and becomes its report."""

    _read: Counter[str] = field(default_factory=Counter)
    _mended: Counter[str] = field(default_factory=Counter)
    _refused: Counter[str] = field(default_factory=Counter)
    _taken: Counter[str] = field(default_factory=Counter)
    _notes: dict[bool, list[Note]] = field(default_factory=lambda: {False: [], True: []})
    _reasons: Counter[tuple[str, bool, str, str]] = field(default_factory=Counter)
    _files: list[FileRead] = field(default_factory=list)

    def opened(self, file: FileRead) -> None:
        """One file that was read to its end; its rows are counted here, whatever becomes of each."""
        self._read[file.kind] += file.rows
        self._files.append(file if file.rows else FileRead(file.kind, file.file, 0, (*file.told, "no rows")))

    def take(self, kind: str, mends: Iterable[Note] = ()) -> None:
        """One row that is taken, with what was mended in it."""
        self._taken[kind] += 1
        mends = list(mends)
        if mends:
            self._list(False, mends, self._mended[kind])
            self._mended[kind] += 1
            self._reasons.update({(kind, False, plain(note.field), note.why) for note in mends})

    def refuse(self, note: Note) -> None:
        """One row that is not taken."""
        self._list(True, [note], self._refused[note.kind])
        self._refused[note.kind] += 1
        self._reasons[note.kind, True, plain(note.field), note.why] += 1

    def count(self, kind: str, taken: int, mended: int, reasons: Iterable[tuple[Reason, tuple[Note, ...]]]) -> None:
        """Many rows at once, by reason with the first notes of each; a reason's rows are refused or mended ones."""
        self._taken[kind] += taken
        self._mended[kind] += mended
        for reason, notes in reasons:
            self._reasons[kind, reason.refused, reason.field, reason.why] += reason.rows
            self._notes[reason.refused] += notes[:LISTED]
            if reason.refused:
                self._refused[kind] += reason.rows

    def report(self) -> LoadReport:
        kinds = dict.fromkeys([*self._taken, *self._refused, *(kind for kind, rows in self._read.items() if rows)])
        return LoadReport(
            read={kind: self._read[kind] for kind in kinds},
            taken={kind: self._taken[kind] for kind in kinds},
            mended={kind: self._mended[kind] for kind in kinds},
            refused={kind: self._refused[kind] for kind in kinds},
            mended_notes=tuple(self._notes[False]),
            refused_notes=tuple(self._notes[True]),
            files=tuple(self._files),
            reasons=tuple(Reason(*key, rows) for key, rows in self._reasons.most_common()),
        )

    def _list(self, refused: bool, notes: list[Note], before: int) -> None:
        if before < LISTED:
            self._notes[refused] += notes


def plain(field: str) -> str:
    """A field without the places inside its lists: `consents.at` for `consents.0.at`."""
    return re.sub(r"\.\d+(?=\.|$)", "", field)


def shown(value: object) -> str:
    """A value on one short line that a terminal can show."""
    text = " ".join(INVISIBLE.sub("", str(value)).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
