"""What there must be before anything is foretold: thin data gives confident nonsense, so it is refused in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import UserError

LEAST_ROWS = 300
LEAST_OF_EACH = 50
"""rows that say yes, and rows that say no"""
LEAST_BUYERS = 500
LEAST_DAYS = 180
"""between a shop's first and last order"""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that there must be enough of."""

    what: str
    found: int
    needed: int

    @property
    def open(self) -> bool:
        return self.found >= self.needed


def refuse_thin(name: str, gates: Sequence[Gate], fix: str = "load more, or ask a broader question") -> None:
    """Raises `UserError` that says what there is, and what is needed of what is lacking."""
    if all(gate.open for gate in gates):
        return
    there = ", ".join(f"{gate.found:,} {gate.what}" for gate in gates)
    lacking = ", ".join(f"at least {gate.needed:,} {gate.what}" for gate in gates if not gate.open)
    raise UserError(name, there, lacking, fix)
