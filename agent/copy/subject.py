"""What one line is made from, whatever its language."""

from __future__ import annotations

from dataclasses import dataclass

from agent.copy.roles import Role

PRICE_PROMPT = "copy/price"
"""of a line that tells the price, in both languages"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A phrase of the record or a scene, the prompt that it is told in, and the role of the line in its part."""

    phrase: str
    prompt: str
    role: Role = ""
