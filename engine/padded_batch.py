"""Continuous batching over any transformers model: left-padded rows that join and leave between steps.

Works wherever the model's layers lie (one device, several, offloaded by accelerate), because it only calls the model.
A step is either one prefill of a few waiting prompts or one token for every running row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import Cache

from engine.growing_cache import join_rows, keep_rows, new_cache, pad_left
from engine.runtime import TokenEvent, TokenRequest
from engine.token_choice import TokenChooser, choose_tokens

MAX_ROWS = 64
PREFILL_TOKENS = 1024
"""padded prompt tokens of one step, so that running answers are not held up for long"""
STALE_SHARE = 0.25
"""of rows finished, at which they are taken out of the cache (which copies it)"""


@dataclass(slots=True)
class _Row:
    request: TokenRequest
    chooser: TokenChooser
    new_tokens: int = 0
    live: bool = True


class PaddedBatch:
    """Requests of one adapter, over one model. Used from one thread."""

    def __init__(self, model: Any, end_tokens: Sequence[int], device: torch.device) -> None:
        self._model, self._ends, self._device = model, frozenset(end_tokens), device
        self._waiting: deque[TokenRequest] = deque()
        self._rows: list[_Row] = []
        self._cache: Cache | None = None
        self._mask = torch.empty(0)  # (rows, length), 0 where padding or finished
        self._last = torch.empty(0)  # (rows,), the token to be read next

    @property
    def busy(self) -> bool:
        return bool(self._waiting) or any(row.live for row in self._rows)

    def add(self, request: TokenRequest) -> None:
        self._waiting.append(request)

    def drop(self, request_id: str) -> None:
        self._waiting = deque(request for request in self._waiting if request.id != request_id)
        for row in self._rows:
            if row.request.id == request_id:
                row.live = False

    @torch.inference_mode()
    def step(self) -> list[TokenEvent]:
        self._sweep()
        entering = self._entering()
        if entering:
            return self._prefill(entering)
        return self._decode() if self._rows else []

    def _entering(self) -> list[TokenRequest]:
        """The next prompts, in the order they came, as many as one step takes."""
        entering: list[TokenRequest] = []
        longest = 0
        while self._waiting and len(self._rows) + len(entering) < MAX_ROWS:
            longest = max(longest, len(self._waiting[0].prompt))
            if entering and longest * (len(entering) + 1) > PREFILL_TOKENS:
                break
            entering.append(self._waiting.popleft())
        return entering

    def _prefill(self, requests: list[TokenRequest]) -> list[TokenEvent]:
        longest = max(len(request.prompt) for request in requests)
        ids = torch.stack([pad_left(torch.tensor(list(request.prompt)), longest, 0) for request in requests])
        mask = torch.stack([pad_left(torch.ones(len(r.prompt), dtype=torch.long), longest, 0) for r in requests])
        ids, mask = ids.to(self._device), mask.to(self._device)
        rows = [_Row(request, TokenChooser(request.sampling, request.prompt, self._device)) for request in requests]
        cache = new_cache()
        tokens = self._forward(ids, mask, cache, rows)
        self._join(rows, cache, mask, tokens)
        return self._advance(rows, tokens)

    def _decode(self) -> list[TokenEvent]:
        assert self._cache is not None
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(self._rows), 1)], dim=1)
        self._last = self._forward(self._last[:, None], self._mask, self._cache, self._rows)
        return self._advance(self._rows, self._last)

    def _forward(self, ids: torch.Tensor, mask: torch.Tensor, cache: Cache, rows: Sequence[_Row]) -> torch.Tensor:
        """The next token of each row, (rows,)."""
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
        logits = self._model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        return choose_tokens(logits.to(self._device), [row.chooser for row in rows])

    def _advance(self, rows: Sequence[_Row], tokens: torch.Tensor) -> list[TokenEvent]:
        events = []
        for row, token in zip(rows, tokens.tolist(), strict=True):
            if not row.live:
                continue
            row.new_tokens += 1
            ended = token in self._ends
            full = row.new_tokens >= row.request.sampling.max_new_tokens
            row.live = not (ended or full)
            events.append(TokenEvent(row.request.id, (token,), "stop" if ended else "length" if full else None))
        return events

    def _join(self, rows: list[_Row], cache: Cache, mask: torch.Tensor, tokens: torch.Tensor) -> None:
        if self._cache is None:
            self._rows, self._cache, self._mask, self._last = rows, cache, mask, tokens
            return
        join_rows(self._cache, cache)
        length = max(self._mask.shape[1], mask.shape[1])
        self._mask = torch.cat([pad_left(self._mask, length, 1), pad_left(mask, length, 1)])
        self._last = torch.cat([self._last, tokens])
        self._rows = self._rows + rows

    def _sweep(self) -> None:
        """Take finished rows out once they are many, and columns that are padding in all that stay."""
        live = [at for at, row in enumerate(self._rows) if row.live]
        if not live:
            self._rows, self._cache = [], None
            return
        if len(self._rows) - len(live) < STALE_SHARE * len(self._rows) and not self._waiting:
            return
        if len(live) == len(self._rows):
            return
        keep = torch.tensor(live, device=self._device)
        self._mask, self._last = self._mask[keep], self._last[keep]
        start = int(self._mask.any(0).int().argmax())
        self._mask = self._mask[:, start:]
        assert self._cache is not None
        keep_rows(self._cache, keep, start)
        self._rows = [self._rows[at] for at in live]
