"""Reading a brief: the YAML file, or the plain values of an HTTP request, that a copywriter hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from core.copy import Brief
from core.errors import UserError
from core.yaml_file import read_yaml

LISTS = frozenset({"keywords", "must_say", "must_not_say"})


def load_brief(path: Path) -> Brief:
    """The brief in a YAML file. Raises `UserError` naming what is wrong in it."""
    raw = read_yaml(path, "--brief")
    if raw is not None and not isinstance(raw, dict):
        raise UserError("--brief", path, "a mapping such as `offer: 10 % off`")
    return parse_brief(raw or {})


def parse_brief(raw: Mapping[str, Any]) -> Brief:
    """A brief from plain values; texts are trimmed, single texts are taken for lists of one."""
    known = [field.name for field in fields(Brief)]
    for name, value in raw.items():
        if name not in known:
            raise UserError("brief", name, f"one of {', '.join(known)}", "remove it or mend its name")
        if not _fits(name, value):
            expected = "a list of texts" if name in LISTS else "a text"
            raise UserError(f"brief {name}", value, expected, "put it in quotes")
    values: dict[str, Any] = {
        name: _texts(value) if name in LISTS else str(value).strip() for name, value in raw.items()
    }
    return Brief(**values)


def _fits(name: str, value: object) -> bool:
    if isinstance(value, list) and name in LISTS:
        return all(isinstance(item, (str, int, float)) for item in value)
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := str(item).strip()))
