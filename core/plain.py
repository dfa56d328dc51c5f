"""Dataclasses as plain JSON values, for the edges (command output, HTTP) and for what is kept as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def plain(value: object) -> Any:
    """`value` as dicts, lists, strings, numbers and None. Money and times become strings, so that nothing is rounded.

    >>> plain({"price": Decimal("79.00"), "tags": ("a", "b")})
    {'price': '79.00', 'tags': ['a', 'b']}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 6)
    if value is None or isinstance(value, (str, int, bool)):
        return value
    raise TypeError(f"{type(value).__name__} has no plain form")
