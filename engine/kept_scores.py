"""The scores of a step, kept where they can be read after it.

transformers' continuous batching draws for all requests alike: one seed, one switch between greedy and sampled, no
repetition penalty. So it is told to be greedy, this copies what it chose from (inside the CUDA graph, where there is
one), and `engine.token_choice` chooses anew for the requests that asked for more.
"""

from __future__ import annotations

import torch
from transformers import LogitsProcessor


class KeptScores(LogitsProcessor):  # type: ignore[misc]
    """Changes nothing. `rows`: the scores of the last step, (requests of the batch and what pads it, vocabulary)."""

    supports_continuous_batching = True

    def __init__(self, rows: int, vocabulary: int, device: torch.device) -> None:
        self.rows = torch.zeros(rows, vocabulary, device=device)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.rows[: scores.shape[0]].copy_(scores)
        return scores
