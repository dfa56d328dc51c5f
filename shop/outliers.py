"""Amounts and quantities out of all proportion to the others of their load. They are told; prices are left out as well.

Proportion is measured in logarithms, in which prices are roughly normal: far from the median by more than `SPREADS`
median absolute deviations (scaled by 1.4826 to a standard deviation: Leys et al., J. Exp. Soc. Psychol. 49, 2013) and
by a factor of `FACTOR`. So a jeweller may sell a ring at a thousand times the price of a cloth.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shop.intake import Kept

FACTOR, SPREADS = 1000.0, 8.0
FEWEST = 20
"""values below which nobody knows what is usual"""
IMPOSSIBLE = 10**9
"""no shop sells one piece for this much, in any currency"""
PROPORTION = "out of all proportion, the usual is about {usual:g}"
TOO_MUCH = "more than anything costs: left out"


def find_outliers(kind: str, rows: Sequence[Kept]) -> Iterator[tuple[Kept, tuple[str, object, str], Any]]:
    """The rows that hold an outlier: (row, (field, value, why), the row's dataclass as it is to be kept)."""
    if kind == "products":
        yield from _single(rows, "price")
    elif kind == "orders":
        yield from _single(rows, "total")
        yield from _in_lines(rows, "price")
        yield from _in_lines(rows, "quantity")


def too_far(values: Sequence[float]) -> Callable[[float], str]:
    """What to say of a value among `values`: why it is an outlier, or nothing."""
    logs = [math.log(value) for value in values if value > 0]
    if len(logs) < FEWEST:
        return lambda value: ""
    middle = statistics.median(logs)
    spread = 1.4826 * statistics.median(abs(one - middle) for one in logs)
    furthest = middle + max(math.log(FACTOR), SPREADS * spread)
    said = PROPORTION.format(usual=round(math.exp(middle), 2))
    return lambda value: said if value > 0 and math.log(value) > furthest else ""


def _single(rows: Sequence[Kept], name: str) -> Iterator[tuple[Kept, tuple[str, object, str], Any]]:
    values = {at: float(value) for at, row in enumerate(rows) if (value := getattr(row.clean, name)) is not None}
    judge = too_far(list(values.values()))
    for at, value in values.items():
        if why := _why(value, judge):
            yield rows[at], (name, getattr(rows[at].clean, name), why), replace(rows[at].clean, **{name: None})


def _in_lines(rows: Sequence[Kept], name: str) -> Iterator[tuple[Kept, tuple[str, object, str], Any]]:
    judge = too_far([float(value) for row in rows for line in row.clean.lines if (value := getattr(line, name))])
    for row in rows:
        for at, line in enumerate(row.clean.lines):
            value = getattr(line, name)
            if not value:
                continue
            if name == "quantity":
                if why := judge(float(value)):
                    yield row, (f"lines.{at}.{name}", value, f"{why}: kept, look at it"), row.clean
            elif why := _why(float(value), judge):
                lines = list(row.clean.lines)
                lines[at] = replace(line, price=None)
                yield row, (f"lines.{at}.{name}", value, why), replace(row.clean, lines=tuple(lines))


def _why(value: float, judge: Callable[[float], str]) -> str:
    if Decimal(value) >= IMPOSSIBLE:
        return TOO_MUCH
    return f"{why}: left out" if (why := judge(value)) else ""
