"""Running a few tiny batches when a model opens, so that the first caller does not wait for kernels to be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from core.generation import Sampling
from engine.runtime import Runtime, TokenRequest

ROWS = (1, 8, 64)
"""batches of one token a row take different kernels: one answer, a few, many"""


def warm_up(runtime: Runtime, token: int, rows: Sequence[int] = ROWS) -> int:
    """Ask the bare model for a few tokens in batches of these sizes. Returns how many tokens it wrote."""
    written = 0
    for count in rows:
        for row in range(count):
            runtime.add(TokenRequest(f"warm-up {row}", [token] * (row + 2), Sampling(max_new_tokens=3)))
        while runtime.busy:
            written += sum(len(event.tokens) for event in runtime.step())
    return written
