"""What a prompt is given: declared names and types, and making every value harmless data.

A value is text to be read, never markup: tokens by which chat models part the speakers are broken up, so that a
product description or a customer's question cannot end its turn and speak as the system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from core.errors import UserError

KINDS = ("text", "line", "lines", "number", "flag", "record", "records")
"""text: a string. line: a string, its white space collapsed. lines: several of these. number. flag: true or false.
record: a dataclass or mapping, read as `x.field`. records: several of these."""

_EMPTY: Mapping[str, Any] = {
    "text": "",
    "line": "",
    "lines": (),
    "number": None,
    "flag": False,
    "record": None,
    "records": (),
}
# The named tokens of Llama, Gemma, Mistral and T5 kin; ChatML and newer ones all carry the bars.
_BARS = re.compile(r"(?<=<)(?=[|｜])|(?<=[|｜])(?=>)")
_NAMED = re.compile(r"<(?=/?(?:s|bos|eos|pad|unk|mask|think|start_of_turn|end_of_turn|unused\d+)>)", re.IGNORECASE)
_INSTRUCT = re.compile(r"\[(?=/?(?:INST|SYSTEM_PROMPT)\])|<(?=</?SYS>>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    """One input as the front matter declares it. An input that is not required may be left out: it is then empty."""

    kind: str
    required: bool = True
    about: str = ""


def neutralise(text: str) -> str:
    """`text` with control tokens broken by a space: `<|im_end|>` becomes `< |im_end| >`. Idempotent."""
    text = _BARS.sub(" ", text.replace("\0", ""))
    return _INSTRUCT.sub(lambda found: found[0] + " ", _NAMED.sub("< ", text))


def clean_inputs(declared: Mapping[str, Declared], given: Mapping[str, object], prompt: str) -> dict[str, Any]:
    """Every declared input as harmless data. Raises `UserError` that names missing, unknown and wrong ones."""
    missing = sorted(name for name, rule in declared.items() if rule.required and given.get(name) is None)
    if missing:
        raise UserError(f"prompt {prompt}: inputs", ", ".join(sorted(given)), f"also {', '.join(missing)}")
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise UserError(f"prompt {prompt}: inputs", ", ".join(unknown), f"only {', '.join(sorted(declared))}")
    return {name: _cleaned(prompt, name, rule.kind, given.get(name)) for name, rule in declared.items()}


def _cleaned(prompt: str, name: str, kind: str, value: object) -> Any:
    if value is None:
        return _EMPTY[kind]
    if kind == "flag" and isinstance(value, bool):
        return value
    if kind == "number" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    if kind in ("text", "line") and isinstance(value, str):
        return _text(value, kind)
    if kind in ("lines", "records") and isinstance(value, Sequence) and not isinstance(value, str):
        inner = "line" if kind == "lines" else "record"
        return tuple(_cleaned(prompt, name, inner, item) for item in value)
    if kind == "record" and (isinstance(value, Mapping) or _is_record(value)):
        return _record(value)
    raise UserError(f"prompt {prompt}: input {name}", repr(value), f"a value of type {kind}")


def _text(value: str, kind: str) -> str:
    harmless = neutralise(value)
    return " ".join(harmless.split()) if kind == "line" else harmless


def _is_record(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _record(value: Any) -> SimpleNamespace:
    """A plain object of harmless fields: it has no methods that a template could call."""
    pairs = value.items() if isinstance(value, Mapping) else ((f.name, getattr(value, f.name)) for f in fields(value))
    return SimpleNamespace(**{neutralise(str(key)): _harmless(item) for key, item in pairs})


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, Mapping):
        return {neutralise(str(key)): _harmless(item) for key, item in value.items()}
    if _is_record(value):
        return _record(value)
    if isinstance(value, Sequence):
        return tuple(_harmless(item) for item in value)
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    return neutralise(str(value))
