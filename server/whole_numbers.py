"""Whole numbers as JSON schema has them: `12.0` is one, `true` and `"12"` are not."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field


def _without_fraction(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_without_fraction), Field(strict=True)]
