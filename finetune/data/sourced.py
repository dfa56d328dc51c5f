"""An example with the place it was read from, and what every row of a user's own file may say besides its texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from agent.checks.language import HAN
from core.generation import Message
from core.language import LANGUAGES
from finetune.data.findings import Place, Problem
from finetune.data.raw_rows import RawRow
from finetune.examples import Example
from finetune.recipe import Task
from prompts.inputs import neutralise

TASKS = get_args(Task)
GROUP_FIELDS = ("group", "product", "customer", "conversation")
"""fields that say what a row must not be parted from, the first that is there"""
SURROGATE = re.compile("[\ud800-\udfff]")
"""half of an emoji, which JSON lets through and no file can hold"""
OWN_WORDS = ""
"""the prompt reference of an example whose prompt is the row's own words and none of the library's"""


@dataclass(frozen=True, slots=True)
class Sourced:
    example: Example
    place: Place
    format: str


def own_example(
    row: RawRow, messages: Sequence[Message], answer: str, task: str, format: str, prompt: str = OWN_WORDS
) -> Sourced | Problem:
    """An example of what the row itself asks and answers; `task` where the row names none."""
    said = row.fields
    whole = [*(message.content for message in messages), answer]
    if not answer.strip():
        return Problem(row.place, "answer", "is empty", "write what should be answered, or take the row out")
    if control := next((text for text in whole if neutralise(text) != text), None):
        return Problem(row.place, "text", f"holds a model's control token ({control[:40]!r})", "take the token out")
    said_ids = [str(said.get(name) or "") for name in ("id", *GROUP_FIELDS)]
    if any(SURROGATE.search(text) for text in (*whole, *said_ids)):
        return Problem(row.place, "text", "holds half a character", "write it anew, in UTF-8")
    found_task, language = str(said.get("task") or task), str(said.get("language") or language_of(answer))
    for field, value, known in (("task", found_task, TASKS), ("language", language, LANGUAGES)):
        if value not in known:
            return Problem(row.place, field, f"is {value!r}", f"write one of {', '.join(known)}")
    stem = row.place.file
    example = Example(
        id=f"{stem}/{said.get('id') or row.place.line}",
        task=found_task,
        language=language,
        group=f"{stem}/{_group(said, messages)}",
        messages=tuple(messages),
        prefill=str(said.get("prefill") or ""),
        prompt=prompt,
        answer=answer.strip(),
    )
    return Sourced(example, row.place, format)


def language_of(text: str) -> str:
    """`zh` where the text has Han characters, else `en`."""
    return "zh" if HAN.search(text) else "en"


def _group(said: Mapping[str, Any], messages: Sequence[Message]) -> str:
    named = next((str(said[field]) for field in GROUP_FIELDS if said.get(field)), "")
    asked = next((message.content for message in messages if message.role == "user"), "")
    return named or hashlib.sha256(asked.encode()).hexdigest()[:16]
