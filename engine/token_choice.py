"""Choosing the next token of each row, every row by its own sampling parameters and its own seed."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.generation import Sampling

NUCLEUS = 1024
"""the nucleus of top_p is looked for among this many likeliest tokens; sorting a vocabulary of 262,144 takes longer
than the model does"""


class TokenChooser:
    """One row's choice. Keeps its random numbers and the tokens that a repetition penalty looks at."""

    def __init__(self, sampling: Sampling, prompt: Sequence[int], device: torch.device) -> None:
        self.sampling = sampling
        self._random = torch.Generator(device).manual_seed(sampling.seed)
        self._seen = torch.tensor(sorted(set(prompt)), device=device) if sampling.repetition_penalty != 1 else None

    @property
    def is_plain(self) -> bool:
        """The likeliest token, nothing else looked at."""
        return self.sampling.temperature <= 0 and self._seen is None

    def choose(self, logits: torch.Tensor) -> torch.Tensor:
        """Logits (vocabulary,) to a token id, shape ()."""
        logits = logits.float()
        if self._seen is not None:
            logits = penalised(logits, self._seen, self.sampling.repetition_penalty)
        token = logits.argmax() if self.sampling.temperature <= 0 else self._draw(logits / self.sampling.temperature)
        if self._seen is not None:
            self._seen = torch.cat([self._seen, token[None]])
        return token

    def _draw(self, logits: torch.Tensor) -> torch.Tensor:
        top_k, top_p = self.sampling.top_k, self.sampling.top_p
        if not top_k and top_p >= 1:
            return torch.multinomial(logits.softmax(-1), 1, generator=self._random)[0]
        likeliest, ids = logits.topk(min(top_k or NUCLEUS, logits.shape[-1]))
        weights = (likeliest - (likeliest if top_k else logits).logsumexp(-1)).exp()
        if top_p < 1:
            weights = torch.where(weights.cumsum(-1) - weights < top_p, weights, 0.0)
        return ids[torch.multinomial(weights, 1, generator=self._random)[0]]


def penalised(logits: torch.Tensor, seen: torch.Tensor, penalty: float) -> torch.Tensor:
    """The repetition penalty of CTRL (Keskar et al. 2019, section 4.1) as transformers applies it."""
    scores = logits[seen]
    return logits.index_copy(0, seen, torch.where(scores < 0, scores * penalty, scores / penalty))


def choose_tokens(logits: torch.Tensor, choosers: Sequence[TokenChooser]) -> torch.Tensor:
    """Logits (rows, vocabulary) to token ids (rows,)."""
    tokens = logits.argmax(-1)
    for row, chooser in enumerate(choosers):
        if not chooser.is_plain:
            tokens[row] = chooser.choose(logits[row])
    return tokens
