"""Examples as token ids: the prompt as serving encodes it, then the answer and the token that ends it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import UserError
from engine.templates import PromptEncoder
from finetune.examples import Example


@dataclass(frozen=True, slots=True)
class Encoded:
    """`answer` is how many of the last `ids` are learned; the others are only read."""

    ids: tuple[int, ...]
    answer: int


def encode(example: Example, encoder: PromptEncoder) -> Encoded:
    """The ids that serving would send for this prompt, and those that it should get back."""
    prompt = encoder.encode(example.messages, example.prefill)
    answer = [*encoder.tokenizer.encode(example.answer, add_special_tokens=False).ids, encoder.end_tokens[0]]
    return Encoded((*prompt, *answer), len(answer))


def fitting(encoded: Iterable[Encoded], longest: int) -> list[Encoded]:
    """Those of at most `longest` tokens. Raises `UserError` where too many would be lost."""
    everything = list(encoded)
    fits = [one for one in everything if len(one.ids) <= longest]
    if len(fits) < 0.98 * len(everything):
        most = max(len(one.ids) for one in everything)
        raise UserError("training.pack_tokens", longest, f"room for nearly all examples; the longest has {most} tokens")
    return fits


def split(examples: Sequence[Example], held_out: float) -> tuple[list[Example], list[Example]]:
    """Training and held-out examples. A group is wholly in one of them; of every task about the share `held_out` of its
    groups is kept, at least one, drawn by their names alone."""
    groups: dict[str, set[str]] = {}
    for example in examples:
        groups.setdefault(example.task, set()).add(example.group)
    kept: set[str] = set()
    for task in groups:
        drawn = sorted(groups[task], key=lambda group: hashlib.sha256(group.encode()).digest())
        kept.update(drawn[: max(1, round(held_out * len(drawn)))])
    return [one for one in examples if one.group not in kept], [one for one in examples if one.group in kept]
