"""Continuous batching over pages: transformers' own, driven step by step instead of by its thread.

Every request takes pages of a shared cache as it grows; prompts enter in pieces beside running answers, and a beginning
that lies in the cache is not read again. A batch has one adapter, and a cache of its own, so nothing of one adapter is
ever read under another. Faster than padded rows where the kernels are (CUDA), slower on a CPU (DESIGN section 3).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessorList
from transformers.generation.continuous_batching import ContinuousBatchingManager
from transformers.generation.continuous_batching.cb_logits_processors import ContinuousBatchingLogitsProcessorList
from transformers.generation.continuous_batching.requests import RequestStatus

from core.errors import EngineFailed
from core.generation import Sampling
from engine.kept_scores import KeptScores
from engine.paged_attention import reads_pages_in_place
from engine.paged_room import PAGES_READ_IN_PLACE, PagedRoom
from engine.runtime import TokenEvent, TokenRequest
from engine.token_choice import TokenChooser, choose_tokens


@dataclass(slots=True)
class _Answer:
    request: TokenRequest
    chooser: TokenChooser
    new_tokens: int = 0


class PagedBatch:
    """Requests of one adapter, over one model that lies on one device. Used from one thread."""

    def __init__(self, model: Any, end_tokens: Sequence[int], device: torch.device, room: PagedRoom) -> None:
        self._model, self._ends, self._device = model, tuple(end_tokens), device
        self._tickets = itertools.count()
        self._greedy = TokenChooser(Sampling(), (), device)  # for what was dropped and is still in a step
        self._answers: dict[str, _Answer] = {}  # by ticket: an id may come again before its cancelling is through
        self._kept = KeptScores(room.rows, model.config.get_text_config().vocab_size, device)
        self._manager = _opened(model, room, self._kept)
        self._processor = self._manager.batch_processor
        self._capacity = int(self._processor.cache.max_tokens_read)

    @property
    def busy(self) -> bool:
        return bool(self._answers)

    def add(self, request: TokenRequest) -> None:
        room = self._capacity - len(request.prompt)
        if room < 1:
            raise EngineFailed(f"the prompt has {len(request.prompt)} tokens, the cache has room for {self._capacity}")
        ticket = str(next(self._tickets))
        self._answers[ticket] = _Answer(request, TokenChooser(request.sampling, request.prompt, self._device))
        self._manager.add_request(
            list(request.prompt),
            ticket,
            max_new_tokens=min(request.sampling.max_new_tokens, room),
            streaming=True,
            eos_token_id=list(self._ends),
        )

    def drop(self, request_id: str) -> None:
        for ticket in [ticket for ticket, answer in self._answers.items() if answer.request.id == request_id]:
            del self._answers[ticket]
            self._manager.cancel_request(ticket)

    @torch.no_grad()
    def step(self) -> list[TokenEvent]:
        with self._stream():
            if self._processor.prepare_next_batch():
                self._compute()
        return self._events()

    def _compute(self) -> None:
        """What the manager's thread does between taking requests and handing tokens out."""
        buffers, runner = self._processor.inputs_and_outputs, self._processor.model_runner
        runner.compute_batch(self._model, buffers.get_model_kwargs(use_padding=runner.pad_inputs))
        buffers.retrieve_device_outputs()
        self._choose(buffers)
        self._processor.update_batch()

    def _choose(self, buffers: Any) -> None:
        """Put our own choice where the greedy one of transformers stands, if one of the requests asks for it."""
        tickets = [future.state.request_id for future in buffers.requests_in_batch if future.has_new_token]
        choosers = [self._answers[ticket].chooser if ticket in self._answers else self._greedy for ticket in tickets]
        if not all(chooser.is_plain for chooser in choosers):
            chosen = choose_tokens(self._kept.rows[: len(choosers)], choosers)
            buffers.output_ids[0, : len(choosers)] = chosen.to(buffers.output_ids.dtype)

    def _events(self) -> list[TokenEvent]:
        events = []
        while (output := self._manager.get_result(timeout=0)) is not None:
            answer = self._answers.get(output.request_id)
            if answer is None:
                continue
            tokens = tuple(output.generated_tokens[answer.new_tokens :])
            answer.new_tokens += len(tokens)
            if not output.is_finished():
                events.append(TokenEvent(answer.request.id, tokens))
                continue
            del self._answers[output.request_id]
            if output.status == RequestStatus.FAILED:
                events.append(TokenEvent(answer.request.id, tokens, "error", output.error))
            else:
                ended = bool(tokens) and tokens[-1] in self._ends
                events.append(TokenEvent(answer.request.id, tokens, "stop" if ended else "length"))
        return events

    def _stream(self) -> AbstractContextManager[Any]:
        """Inputs are written and read in the stream that computes: without this, transformers writes them in another
        one and nothing makes the computing wait for it."""
        stream = self._processor.inputs_and_outputs.compute_stream
        return nullcontext() if stream is None else torch.cuda.stream(stream)


def _opened(model: Any, room: PagedRoom, kept: KeptScores) -> ContinuousBatchingManager:
    """A manager with its cache, warmed up, whose thread is never started."""
    manager = ContinuousBatchingManager(model, GenerationConfig(do_sample=False), room.config())
    manager.logit_processor = ContinuousBatchingLogitsProcessorList(LogitsProcessorList([kept]))
    if reads_pages_in_place(model):
        # transformers allows this to flash kernels of other packages only; ours takes the same arguments.
        manager.continuous_batching_config.max_blocks_per_request = PAGES_READ_IN_PLACE
    with torch.no_grad():
        manager.warmup()
    return manager
