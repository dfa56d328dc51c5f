"""Refusing or redacting the personal data in examples, whichever the user chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.generation import Message
from finetune.data.findings import Problem
from finetune.data.personal_data import Found, Policy, find, redact
from finetune.data.sourced import Sourced

FIX = "take it out, or say --personal-data redact"


@dataclass(frozen=True, slots=True)
class Cleared:
    """`redacted` counts by kind; under `refuse` nothing is redacted and each find is a problem."""

    rows: tuple[Sourced, ...]
    problems: tuple[Problem, ...]
    redacted: Counter[str]


def cleared(rows: Sequence[Sourced], allowed: str, policy: Policy) -> Cleared:
    """`rows` without personal data; `allowed` are the shop's own contacts."""
    known: dict[str, list[Found]] = {}
    problems: list[Problem] = []
    redacted: Counter[str] = Counter()
    kept: list[Sourced] = []
    for row in rows:
        found = {name: _found(text, allowed, known) for name, text in _texts(row)}
        if policy == "refuse":
            problems += [
                Problem(row.place, name, f"holds personal data: {one.kind} {one.masked}", FIX)
                for name, ones in found.items()
                for one in ones
            ]
            kept += [] if any(found.values()) else [row]
        else:
            redacted.update(one.kind for ones in found.values() for one in ones)
            kept.append(_redacted(row, found) if any(found.values()) else row)
    return Cleared(tuple(kept), tuple(problems), redacted)


def _texts(row: Sourced) -> list[tuple[str, str]]:
    turns = [(f"messages[{at}]", message.content) for at, message in enumerate(row.example.messages)]
    return [*turns, ("prefill", row.example.prefill), ("answer", row.example.answer)]


def _found(text: str, allowed: str, known: dict[str, list[Found]]) -> list[Found]:
    """Read once, however many prompts share the text."""
    if text not in known:
        known[text] = find(text, allowed)
    return known[text]


def _redacted(row: Sourced, found: dict[str, list[Found]]) -> Sourced:
    texts = {name: redact(text, found[name]) for name, text in _texts(row)}
    messages = tuple(Message(message.role, texts[f"messages[{at}]"]) for at, message in enumerate(row.example.messages))
    example = replace(row.example, messages=messages, prefill=texts["prefill"], answer=texts["answer"])
    return replace(row, example=example)
