"""Whole numbers as JSON schema has them: `12.0` is one, `true` and `"12"` are not."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field


def _without_fraction(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


AS_IN_JSON = BeforeValidator(_without_fraction)
"""bounds stand before it, within the same `Annotated`: behind it, the description would not tell them"""
Whole = Annotated[int, Field(strict=True), AS_IN_JSON]
Count = Annotated[int, Field(strict=True, ge=1), AS_IN_JSON]
