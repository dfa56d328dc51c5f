"""What one line is made from, whatever its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.copy.roles import Role

ENOUGH = 4
"""phrases that lines are made from before longer ones are taken too"""
PRICE_PROMPT = "copy/price"
"""of a line that tells the price, in both languages"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A phrase of the record or a scene, the prompt that it is told in, and the role of the line in its part."""

    phrase: str
    prompt: str
    role: Role = ""


def fitting(phrases: Sequence[str], room: int) -> tuple[str, ...]:
    """Those of at most `room` characters, in their order; where they are few, the next longer ones too.

    A tuned model keeps a fact's words, so a fact that is longer than its line seldom becomes one.
    """
    fit = [phrase for phrase in phrases if len(phrase) <= room]
    longer = sorted((phrase for phrase in phrases if len(phrase) > room), key=len)
    return (*fit, *longer[: max(0, ENOUGH - len(fit))])
