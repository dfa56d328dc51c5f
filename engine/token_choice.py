"""Choosing the next token of each row, every row by its own sampling parameters and its own seed.

All rows are drawn in one go: the token with the greatest log-probability plus Gumbel noise is a draw from the
distribution (Gumbel 1954; Maddison et al. 2014, arXiv:1411.0030), and only the noise has to be made row by row.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn.utils.rnn import pad_sequence

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

    @property
    def is_open(self) -> bool:
        """Drawn from the whole vocabulary."""
        return not self.sampling.top_k and self.sampling.top_p >= 1

    def penalised(self, logits: torch.Tensor) -> torch.Tensor:
        """Logits (vocabulary,) with what was seen made less likely."""
        return logits if self._seen is None else penalised(logits, self._seen, self.sampling.repetition_penalty)

    def noise(self, size: int) -> torch.Tensor:
        """Gumbel noise, (size,)."""
        return torch.empty(size, device=self._random.device).exponential_(generator=self._random).log().neg()

    def saw(self, token: torch.Tensor) -> None:
        """Remember the token that was chosen, shape ()."""
        if self._seen is not None:
            self._seen = torch.cat([self._seen, token[None]])


def penalised(logits: torch.Tensor, seen: torch.Tensor, penalty: float) -> torch.Tensor:
    """The repetition penalty of CTRL (Keskar et al. 2019, section 4.1) as transformers applies it."""
    scores = logits[seen]
    return logits.index_copy(0, seen, torch.where(scores < 0, scores * penalty, scores / penalty))


def choose_tokens(logits: torch.Tensor, choosers: Sequence[TokenChooser]) -> torch.Tensor:
    """Logits (rows, vocabulary) to token ids (rows,)."""
    tokens = logits.argmax(-1)
    rows = [row for row, chooser in enumerate(choosers) if not chooser.is_plain]
    if not rows:
        return tokens
    named = [choosers[row] for row in rows]
    scores = torch.stack([chooser.penalised(logits[row].float()) for row, chooser in zip(rows, named, strict=True)])
    chosen = scores.argmax(-1)
    for is_open, draw in ((True, _draw_openly), (False, _draw_among_likeliest)):
        at = [i for i, it in enumerate(named) if it.sampling.temperature > 0 and it.is_open == is_open]
        if at:
            chosen[at] = draw(scores[at], [named[i] for i in at])
    for token, chooser in zip(chosen, named, strict=True):
        chooser.saw(token)
    tokens[rows] = chosen
    return tokens


def _draw_openly(logits: torch.Tensor, choosers: Sequence[TokenChooser]) -> torch.Tensor:
    noise = torch.stack([chooser.noise(logits.shape[-1]) for chooser in choosers])
    return (_tempered(logits, choosers) + noise).argmax(-1)


def _draw_among_likeliest(logits: torch.Tensor, choosers: Sequence[TokenChooser]) -> torch.Tensor:
    """top_k counts first; top_p is a share of what it leaves, or of everything where there is no top_k."""
    logits = _tempered(logits, choosers)
    vocabulary, device = logits.shape[-1], logits.device
    widths = [min(chooser.sampling.top_k or NUCLEUS, vocabulary) for chooser in choosers]
    likeliest, ids = logits.topk(max(widths))
    outside = torch.arange(max(widths), device=device) >= torch.tensor(widths, device=device)[:, None]
    likeliest = likeliest.masked_fill(outside, -torch.inf)
    limited = torch.tensor([chooser.sampling.top_k > 0 for chooser in choosers], device=device)
    whole = torch.where(limited, likeliest.logsumexp(-1), logits.logsumexp(-1))
    weights = (likeliest - whole[:, None]).exp()
    top_p = torch.tensor([chooser.sampling.top_p for chooser in choosers], device=device)[:, None]
    beyond = (weights.cumsum(-1) - weights >= top_p) & (top_p < 1)
    beyond[:, 0] = False
    # Each row makes as much noise as it needs itself, so that its neighbours do not change its draw.
    noises = [chooser.noise(width) for chooser, width in zip(choosers, widths, strict=True)]
    noise = pad_sequence(noises, batch_first=True)
    best = (likeliest.masked_fill(beyond, -torch.inf) + noise).argmax(-1, keepdim=True)
    return ids.gather(-1, best)[:, 0]


def _tempered(logits: torch.Tensor, choosers: Sequence[TokenChooser]) -> torch.Tensor:
    temperatures = torch.tensor([chooser.sampling.temperature for chooser in choosers], device=logits.device)
    return logits / temperatures[:, None]
