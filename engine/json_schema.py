"""Is a text a JSON schema at all? Asked before a runtime compiles it: OpenVINO finds out in the middle of a step,
when the answers beside it are lost too."""

from __future__ import annotations

import json

from core.errors import UserError

_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_NAMED = ("properties", "$defs", "definitions", "patternProperties")
"""keywords whose value maps names to schemas"""
_LISTED = ("anyOf", "allOf", "oneOf", "prefixItems")
_NESTED = ("items", "additionalProperties", "not")


def check_schema(text: str | None) -> None:
    """Raise `UserError` where `text` is not JSON, or names a type that JSON schema (2020-12) does not have."""
    if text is None:
        return
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise UserError("json_schema", text, "a JSON schema", f"it is not JSON ({error})") from None
    if not isinstance(schema, dict):
        raise UserError("json_schema", text, "a JSON object")
    _check(schema)


def _check(schema: object) -> None:
    if not isinstance(schema, dict):
        return  # true and false are schemas too
    kinds = schema.get("type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind not in _TYPES:
            raise UserError("json_schema", kind, f"a type among {', '.join(sorted(_TYPES))}")
    for keyword in _NAMED:
        for inner in schema.get(keyword, {}).values():
            _check(inner)
    for keyword in _LISTED:
        for inner in schema.get(keyword, []):
            _check(inner)
    for keyword in _NESTED:
        _check(schema.get(keyword))
