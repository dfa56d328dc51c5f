"""Chat messages, as OpenAI's fine-tuning takes them, and prompt/completion pairs.

    {"messages": [{"role": "user", "content": ".."}, {"role": "assistant", "content": ".."}]}
    {"prompt": "..", "completion": ".."}       also {"instruction": "..", "input": "..", "output": ".."}

The last assistant turn is the answer; what stands before it is the prompt, earlier turns and all. Both may say `task`,
`language`, `group` (or `product`, `customer`, `conversation`) and `id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from core.generation import Message, Role
from finetune.data.findings import Problem
from finetune.data.raw_rows import RawRow
from finetune.data.sourced import OWN_WORDS, Sourced, own_example

ROLES = ("system", "user", "assistant")
PROMPTS, INPUTS = ("prompt", "instruction", "question"), ("input", "context")
COMPLETIONS = ("completion", "output", "response")


def chat_example(row: RawRow) -> Sourced | Problem:
    """One example of a row with `messages`; with `answer` beside them they end with the user's turn."""
    given = row.fields.get("messages")
    if not isinstance(given, list) or not given:
        return Problem(row.place, "messages", "is no list of messages", "write [{role, content}, ...]")
    messages: list[Message] = []
    for number, one in enumerate(given):
        message = _message(one, row, f"messages[{number}]")
        if isinstance(message, Problem):
            return message
        messages.append(message)
    if "answer" in row.fields:
        messages.append(Message("assistant", str(row.fields["answer"] or "")))
    if problem := _out_of_turn(messages, row):
        return problem
    prompt = str(row.fields.get("prompt") or OWN_WORDS)  # an export of ours names the library's
    return own_example(row, messages[:-1], messages[-1].content, "support", "chat", prompt)


def completion_example(row: RawRow) -> Sourced | Problem:
    """One example of a row with a prompt and its completion."""
    asked = _texts(row.fields, PROMPTS, INPUTS)
    answer = next((row.fields[name] for name in COMPLETIONS if name in row.fields), None)
    if not asked:
        return Problem(row.place, PROMPTS[0], "is missing or empty", "write what is asked")
    if not isinstance(answer, str):
        return Problem(row.place, COMPLETIONS[0], "is no text", "write what should be answered")
    system = row.fields.get("system")
    head = [Message("system", system)] if isinstance(system, str) and system.strip() else []
    return own_example(row, [*head, Message("user", asked)], answer, "copy", "completion")


def format_of_fields(fields: Mapping[str, Any]) -> Literal["chat", "completion"] | None:
    """What a row of JSON is, by its fields."""
    if "messages" in fields:
        return "chat"
    return "completion" if any(name in fields for name in (*PROMPTS, *COMPLETIONS)) else None


def _message(one: object, row: RawRow, field: str) -> Message | Problem:
    if not isinstance(one, dict) or one.get("role") not in ROLES:
        role = one.get("role") if isinstance(one, dict) else type(one).__name__
        return Problem(row.place, f"{field}.role", f"is {role!r}", f"write one of {', '.join(ROLES)}")
    content = one.get("content")
    if isinstance(content, list):  # OpenAI's content parts
        texts = [part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)]
        content = "\n".join(texts) if len(texts) == len(content) else None
    if not isinstance(content, str) or not content.strip():
        return Problem(row.place, f"{field}.content", "is no text", "write the turn's text; pictures cannot be learned")
    return Message(cast("Role", one["role"]), content.strip())


def _out_of_turn(messages: list[Message], row: RawRow) -> Problem | None:
    """A system message first or none; then user and assistant in turn, the assistant last."""
    turns = messages[1:] if messages[0].role == "system" else messages
    for number, turn in enumerate(turns):
        due = ROLES[1 + number % 2]
        if turn.role != due:
            at = number + len(messages) - len(turns)
            return Problem(
                row.place, f"messages[{at}].role", f"is {turn.role!r} where {due!r} is due", "let them alternate"
            )
    if not turns or turns[-1].role != "assistant":
        return Problem(row.place, "messages", "do not end with the assistant's answer", "add the answer to learn")
    return None


def _texts(fields: Mapping[str, Any], *choices: tuple[str, ...]) -> str:
    """The first text of each choice of names, one below the other."""
    found = [next((fields[name] for name in names if isinstance(fields.get(name), str)), "") for names in choices]
    return "\n".join(text.strip() for text in found if text.strip())
