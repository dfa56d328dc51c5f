"""Reading dates and times as programs and people write them. What is assumed is said, what could be two is refused.

ISO 8601, the year first with slashes or in Chinese, months by their English names, and seconds since 1970 mean one
thing each. `03/04/2026` does not: whether the day or the month stands first is told by the other dates of the same file
(`DateOrder`), or by a mapping's `dates:`, or the value is unreadable. A dotted date has its day first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, Literal

from shop.values import Unreadable

Order = Literal["day-first", "month-first"]
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
TIME = r"(?:[T ,]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})[/.年-](\d{{1,2}})[/.月-](\d{{1,2}})日?{TIME}")
NUMBERS = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){TIME}")
NAMED = re.compile(rf"(?:(\d{{1,2}})[ -]([A-Za-z]{{3,9}})\.?[ ,-]+|([A-Za-z]{{3,9}})\.? (\d{{1,2}}),? )(\d{{4}}){TIME}")
SECONDS, MILLISECONDS = re.compile(r"\d{10}(?:\.\d+)?"), re.compile(r"\d{13}")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NO_ZONE = "no time zone: taken as UTC"
EXPECTED = "not a date or time, as 2026-03-01T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC and what was assumed in reading it."""

    at: datetime
    assumed: tuple[str, ...] = ()


class DateOrder:
    """Which of day and month stands first in one file: as declared, else as its own dates prove, else unknown.

    `values` gives all dates of the file as they are written; it is asked only when the first date needs it.
    """

    def __init__(self, declared: Order | None = None, values: Callable[[], Iterable[Any]] = tuple) -> None:
        self._declared = declared
        self._values = values

    @cached_property
    def known(self) -> tuple[Order | None, str]:
        """The order and what tells it."""
        if self._declared:
            return self._declared, "as the mapping says"
        proofs: dict[Order, str] = {}
        for value in self._values():
            match = NUMBERS.fullmatch(str(value).strip())
            if match is None or match[2] == ".":
                continue
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                proofs.setdefault("day-first", match[0])
            elif second > 12 >= first:
                proofs.setdefault("month-first", match[0])
        if len(proofs) == 1:
            [(order, proof)] = proofs.items()
            return order, f"as in {proof}"
        return None, "the file has both orders" if proofs else "no date of the file tells"


UNKNOWN_ORDER = DateOrder()


def read_time(value: Any, order: DateOrder = UNKNOWN_ORDER) -> Moment:
    """Raises `Unreadable`, for a time that could be two as well."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _moment(datetime.combine(value, time()))
    text = str(value).strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _written(text, order)
    return _moment(at)


def _written(text: str, order: DateOrder) -> Moment:
    if SECONDS.fullmatch(text) or MILLISECONDS.fullmatch(text):
        seconds = float(text) / (1000 if MILLISECONDS.fullmatch(text) else 1)
        return Moment(_moment(datetime.fromtimestamp(seconds, UTC)).at, ("a number: taken as the time since 1970",))
    if match := YEAR_FIRST.fullmatch(text):
        return _built(match[1], match[2], match[3], match.groups()[3:])
    if match := NAMED.fullmatch(text):
        name = (match[2] or match[3]).lower()[:3]
        if name in MONTHS:
            return _built(match[5], MONTHS.index(name) + 1, match[1] or match[4], match.groups()[5:])
    if match := NUMBERS.fullmatch(text):
        return _numbers(match, order)
    raise Unreadable(EXPECTED)


def _numbers(match: re.Match[str], order: DateOrder) -> Moment:
    first, second, clock = int(match[1]), int(match[3]), match.groups()[4:]
    if match[2] == ".":
        return _built(match[4], second, first, clock, "the day stands first, as dots say")
    known, why = order.known
    if first > 12 or first == second:
        return _built(match[4], second, first, clock)
    if second > 12:
        return _built(match[4], first, second, clock)
    if known is None:
        raise Unreadable(f"day or month first? {why}; say `dates: day-first` or `month-first` in a mapping")
    if known == "day-first":
        return _built(match[4], second, first, clock, f"the day stands first, {why}")
    return _built(match[4], first, second, clock, f"the month stands first, {why}")


def _built(year: Any, month: Any, day: Any, clock: tuple[str | None, ...], *assumed: str) -> Moment:
    hour, minute, second, half = clock
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        at = datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        raise Unreadable("no day of the calendar") from None
    moment = _moment(at)
    return Moment(moment.at, (*assumed, *moment.assumed))


def _moment(at: datetime) -> Moment:
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise Unreadable(f"not between the years {EARLIEST_YEAR} and {LATEST_YEAR}")
    return Moment(at.replace(tzinfo=UTC), (NO_ZONE,)) if at.tzinfo is None else Moment(at.astimezone(UTC))
