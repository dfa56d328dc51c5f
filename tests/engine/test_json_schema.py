"""Schemas that no answer could be held to are refused before a runtime sees them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import UserError
from engine.json_schema import check_schema

CARD: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 9}, "kin": {"$ref": "#/$defs/kin"}},
    "$defs": {"kin": {"type": "array", "items": {"$ref": "#"}}},
    "required": ["name"],
}


@pytest.mark.parametrize("schema", [None, "{}", json.dumps(CARD), '{"properties": {"pattern": {"type": "string"}}}'])
def test_what_can_be_followed_passes(schema: str | None) -> None:
    check_schema(schema)


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        ("{", "not JSON"),
        ("[]", "a JSON object"),
        ('{"type": "text"}', "type"),
        ('{"properties": {"age": {"type": "integer", "minimum": 9, "maximum": 1}}}', "minimum"),
        ('{"properties": {"kin": {"$ref": "#/$defs/kin"}}}', "$ref"),
        ('{"items": {"$ref": "https://example.com/kin.json"}}', "$ref"),
        ('{"properties": {"code": {"type": "string", "pattern": "["}}}', "pattern"),
        ('{"required": "name"}', "required"),
    ],
)
def test_what_cannot_is_named(schema: str, named: str) -> None:
    with pytest.raises(UserError) as refused:
        check_schema(schema)
    assert named in str(refused.value)
