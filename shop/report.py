"""What a load did: how many rows of each kind were taken, mended and refused, and for the latter two where and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

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
class LoadReport:
    """Rows by kind. A mended row was taken too; a refused one was not. `notes` list the first of each kind."""

    taken: Mapping[str, int]
    mended: Mapping[str, int]
    refused: Mapping[str, int]
    mended_notes: tuple[Note, ...]
    refused_notes: tuple[Note, ...]

    def __str__(self) -> str:
        lines = [
            f"{kind}: {count:,} taken, {self.mended[kind]:,} of them mended, {self.refused[kind]:,} refused"
            for kind, count in self.taken.items()
        ]
        for title, notes in (("mended", self.mended_notes), ("refused", self.refused_notes)):
            lines += [f"{title}: {note}" for note in notes]
        total = sum(self.mended.values()) + sum(self.refused.values())
        rows = len({(note.kind, note.file, note.line) for note in (*self.mended_notes, *self.refused_notes)})
        if total > rows:
            lines.append(f"... and {total - rows:,} more rows mended or refused")
        return "\n".join(lines)


class Tally:
    """Counts while a load goes on, and becomes its report."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._mended: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._mended_notes: list[Note] = []
        self._refused_notes: list[Note] = []

    def take(self, kind: str, mends: list[Note]) -> None:
        """One row that is taken, with what was mended in it."""
        self._taken[kind] += 1
        if mends:
            if self._mended[kind] < LISTED:
                self._mended_notes += mends
            self._mended[kind] += 1

    def refuse(self, note: Note) -> None:
        """One row that is not taken."""
        if self._refused[note.kind] < LISTED:
            self._refused_notes.append(note)
        self._refused[note.kind] += 1

    def report(self) -> LoadReport:
        kinds = dict.fromkeys([*self._taken, *self._refused])
        return LoadReport(
            taken={kind: self._taken[kind] for kind in kinds},
            mended={kind: self._mended[kind] for kind in kinds},
            refused={kind: self._refused[kind] for kind in kinds},
            mended_notes=tuple(self._mended_notes),
            refused_notes=tuple(self._refused_notes),
        )


def shown(value: object) -> str:
    """A value on one short line that a terminal can show."""
    text = " ".join(INVISIBLE.sub("", str(value)).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
