"""One record as it stands in its source, and what was wrong with it there. Knows no format and no meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Tell = Callable[[str], None]
"""hears what is to be said of a whole file: `recognised as gb18030`"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a record before anybody asks what it means."""

    field: str
    value: object
    why: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record as it stands in its file; `line` as in `shop.report.Note`."""

    file: str
    line: int | str
    content: Mapping[str, Any] = field(default_factory=dict)
    flat: bool = False
    """a row of a table: its columns are all the fields that there are"""
    broken: Fault | None = None
    """why it cannot be read at all; `content` is empty then"""
    mends: tuple[Fault, ...] = ()
    """what its reader left out or assumed"""


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
