"""Can a text be held to as a JSON schema? Asked before a runtime compiles it: OpenVINO finds out in the middle of a
step, when the answers beside it are lost too.

Form is judged by `jsonschema` (2020-12); the rest here is what is well formed and cannot be followed all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import UserError

_ORDERED = (
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_ELSEWHERE = ("enum", "const", "default", "examples")
"""keywords whose values are data, and no schemas"""


def check_schema(text: str | None) -> None:
    """Raise `UserError` where `text` is no JSON schema, or one that no answer could be held to."""
    if text is None:
        return
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise UserError("json_schema", text, "a JSON schema", f"it is not JSON ({error})") from None
    if not isinstance(schema, dict):
        raise UserError("json_schema", text, "a JSON object")
    _check_form(schema)
    for part in _parts(schema):
        _check_part(part, schema)


def _check_form(schema: Mapping[str, Any]) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(map(str, error.path)) or "json_schema"
        raise UserError(f"json_schema {place}", error.instance, "a JSON schema (2020-12)", error.message) from None


def _parts(schema: object) -> Iterator[Mapping[str, Any]]:
    """The schema and all within it."""
    if isinstance(schema, dict):
        yield schema
        for keyword, inner in schema.items():
            if keyword not in _ELSEWHERE:
                yield from _parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _parts(inner)


def _check_part(part: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
    for low, high in _ordered(part):
        if part[low] > part[high]:
            raise UserError(f"json_schema {low}", part[low], f"at most {high}, which is {part[high]}")
    reference = part.get("$ref")
    if isinstance(reference, str) and not _leads_somewhere(reference, whole):
        raise UserError("json_schema $ref", reference, "a place in this schema", "write it as #/$defs/NAME")
    pattern = part.get("pattern")
    if isinstance(pattern, str):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UserError("json_schema pattern", pattern, f"a regular expression ({error})") from None


def _ordered(part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for low, high in _ORDERED:
        if all(isinstance(part.get(bound), int | float) for bound in (low, high)):
            yield low, high


def _leads_somewhere(reference: str, whole: object) -> bool:
    """A JSON pointer (RFC 6901) into the schema itself; nothing is fetched."""
    if not reference.startswith("#"):
        return False
    for step in reference[1:].split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(whole, dict) and name in whole:
            whole = whole[name]
        elif isinstance(whole, list) and name.isdecimal() and int(name) < len(whole):
            whole = whole[int(name)]
        else:
            return False
    return True
