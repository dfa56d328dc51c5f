"""Reading a prompt file: YAML front matter, then Markdown sections. It knows no inputs' values and renders nothing.

---
version: 1
inputs:
  question: {type: text}
  tone: {type: line, required: false}
sampling: {max_new_tokens: 120}
---
# system          at most one
# shot            any number; `## user` and `## assistant`. `## inputs` (YAML) in place of `## user`
                  renders the `# user` section from them, so that the example looks as the question will
# user            exactly one
# prefill         at most one: the first words of the answer
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import yaml

from core.errors import UserError
from core.generation import Sampling
from prompts.inputs import KINDS, Declared

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_SAMPLING = frozenset(field.name for field in fields(Sampling))
_HEAD = frozenset({"version", "purpose", "inputs", "sampling"})


@dataclass(frozen=True, slots=True)
class Shot:
    """One worked example. Either `user` is a text, or `inputs` are what the `# user` section is rendered from."""

    user: str
    inputs: Mapping[str, Any] | None
    assistant: str


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A parsed file; texts are still templates."""

    version: int
    purpose: str
    inputs: Mapping[str, Declared]
    sampling: Sampling
    system: str
    shots: tuple[Shot, ...]
    user: str
    prefill: str


def parse_prompt(text: str, name: str) -> PromptFile:
    """Read the text of prompt file `name`. Raises `UserError` naming the file and the part that is wrong."""
    found = _FRONT.match(text)
    if not found:
        raise UserError(f"prompt {name}", text[:20], "YAML front matter between two lines of ---")
    try:
        head = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        raise UserError(f"prompt {name}", " ".join(str(error).split()), "front matter that is YAML") from error
    unknown = sorted(set(head) - _HEAD)
    if unknown:
        raise UserError(f"prompt {name}", unknown[0], f"front matter keys of {', '.join(sorted(_HEAD))}")
    if not isinstance(head.get("version"), int):
        raise UserError(f"prompt {name}", head.get("version"), "version: a whole number")
    sections = list(_split(found[2], "# "))
    return PromptFile(
        version=head["version"],
        purpose=str(head.get("purpose", "")),
        inputs={key: _declared(name, key, value or {}) for key, value in (head.get("inputs") or {}).items()},
        sampling=_sampling(name, head.get("sampling") or {}),
        system=_one(name, sections, "system"),
        shots=tuple(_shot(name, body) for title, body in sections if title == "shot"),
        user=_one(name, sections, "user", needed=True),
        prefill=_one(name, sections, "prefill"),
    )


def _split(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """(title, body) of each heading of one level. A line that is not one of the known titles is body text."""
    titles = "system|shot|user|prefill" if mark == "# " else "user|inputs|assistant"
    pieces = re.split(rf"^{mark}({titles})[ \t]*$", text, flags=re.MULTILINE)
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        yield title, body.strip("\n").rstrip()


def _one(name: str, sections: list[tuple[str, str]], title: str, needed: bool = False) -> str:
    bodies = [body for found, body in sections if found == title]
    if len(bodies) > 1 or (needed and not bodies):
        raise UserError(f"prompt {name}", f"{len(bodies)} times", f"one section `# {title}`")
    return bodies[0] if bodies else ""


def _shot(name: str, body: str) -> Shot:
    parts = dict(_split(body, "## "))
    if "assistant" not in parts or ("user" in parts) == ("inputs" in parts):
        raise UserError(
            f"prompt {name}", sorted(parts), "in each `# shot`: `## assistant`, and `## user` or `## inputs`"
        )
    inputs = yaml.safe_load(parts["inputs"]) if "inputs" in parts else None
    return Shot(user=parts.get("user", ""), inputs=inputs, assistant=parts["assistant"])


def _declared(name: str, key: str, value: Mapping[str, Any]) -> Declared:
    kind = value.get("type", "text")
    if kind not in KINDS or set(value) - {"type", "required", "about"}:
        raise UserError(f"prompt {name}: input {key}", dict(value), f"type: one of {', '.join(KINDS)}; required; about")
    return Declared(kind=kind, required=bool(value.get("required", True)), about=str(value.get("about", "")))


def _sampling(name: str, values: Mapping[str, Any]) -> Sampling:
    unknown = sorted(set(values) - _SAMPLING)
    if unknown:
        raise UserError(f"prompt {name}: sampling", unknown[0], f"one of {', '.join(sorted(_SAMPLING))}")
    plain: dict[str, Any] = {key: tuple(value) if key == "stop" else value for key, value in values.items()}
    return Sampling(**plain)
