"""What is told of the data: where something stands, what is wrong with it, what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import HawkerError, UserError

SHOWN = 50
"""problems told one by one; more of them have one cause, and nobody reads on"""


@dataclass(frozen=True, slots=True)
class Place:
    """`line` counts from 1 as an editor does; 0 is the whole file. In a shop's folder `file` ends in the row's id."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file} line {self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row cannot be learned from, and how to mend it.

    >>> str(Problem(Place("copy.csv", 7), "text", "is empty", "write the text or take the row out"))
    'copy.csv line 7: text: is empty; write the text or take the row out'
    """

    place: Place
    field: str
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        named = f"{self.field}: " if self.field else ""
        told = f"{self.place}: {named}{self.reason}" + (f"; {self.fix}" if self.fix else "")
        return " ".join(told.split())


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that was read and is not learned from."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class UnfitData(HawkerError):
    """Data with problems; the message tells the first, and how many more there are."""

    exit_status = UserError.exit_status
    http_status = UserError.http_status

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(problems) - 1} more: `hawker finetune data check` lists them)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")


def listed(found: Sequence[Problem | Dropped]) -> list[str]:
    """At most `SHOWN` of them, a line each, and one line on how many were left out."""
    rest = len(found) - SHOWN
    return [*map(str, found[:SHOWN]), *([f"... and {rest} more"] if rest > 0 else [])]
