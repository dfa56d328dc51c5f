"""Reading the brand: BRAND.yaml in a shop's folder, or `brand:` in a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.errors import UserError
from core.shop import Brand

KEYS = tuple(field.name for field in fields(Brand))


def read_brand(content: Any, file: str) -> Brand:
    """The brand whose keys are the fields of `core.shop.Brand`. Raises `UserError` naming the first wrong key."""
    if not isinstance(content, Mapping):
        raise UserError(file, content, "keys with values, `name` at least")
    for key in content:
        if key not in KEYS:
            raise UserError(f"{file}: {key}", content[key], "a known key: " + ", ".join(KEYS))
    try:
        return TypeAdapter(Brand).validate_python(dict(content))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{file}: {place}", first.get("input"), first["msg"]) from None
