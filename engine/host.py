"""An `Engine` whose model runs in a process of its own: batches, streams, cancels, and starts it again when it died."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from queue import SimpleQueue

from core.errors import EngineFailed, HawkerError, UserError
from core.generation import Delta, GenerationRequest, GenerationResult, Message
from core.observing import NOBODY, Load, Observer
from engine.process import EngineProcess, Mailbox
from engine.runtime import RuntimeSpec
from engine.templates import PromptEncoder
from engine.wire import RuntimeChoice

BATCH_IN_FLIGHT = 256
"""of one `generate`: enough to keep every place of the batch taken"""


class HostedEngine:
    """See `engine.protocol.Engine`. Starts loading at once and returns; the first call waits."""

    def __init__(
        self, spec: RuntimeSpec, runtime: RuntimeChoice, languages: frozenset[str], observer: Observer = NOBODY
    ) -> None:
        self._spec, self._choice, self._languages, self._observer = spec, runtime, languages, observer
        self._tickets = itertools.count()
        self._lock = threading.Lock()
        self._ids: dict[str, str] = {}  # ticket -> the caller's request id, of all in flight
        self._encoder: PromptEncoder | None = None
        self._closed = False
        self._process = EngineProcess(spec, runtime, observer)

    @property
    def model(self) -> str:
        return self._spec.model

    @property
    def languages(self) -> frozenset[str]:
        return self._languages

    @property
    def context_tokens(self) -> int:
        return self._living().wait_ready().context_tokens

    @property
    def load(self) -> Load:
        taken = len(self._ids)
        running = min(self._process.writing, taken)
        return Load(running, taken - running)

    @property
    def fault(self) -> str | None:
        return self._process.failure

    @property
    def runtime(self) -> str:
        """What serves the model, `openvino` or `transformers`. Waits for it to be loaded."""
        return self._living().wait_ready().runtime

    @property
    def process_id(self) -> int:
        """Of the engine process, for those who watch it."""
        return self._process.process_id

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        for request in requests:
            self._check(request)
        results = dict(self._finish(enumerate(requests), BATCH_IN_FLIGHT))
        return [results[place] for place in range(len(requests))]

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        if in_flight < 1:
            raise UserError("in_flight", in_flight, "at least 1")
        for _place, result in self._finish(enumerate(requests), in_flight):
            yield result

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        self._check(request)
        call = _Call(self, self._living(), streaming=True)
        try:
            call.submit([(0, request)])
            while True:
                _place, mail = call.receive()
                if isinstance(mail, GenerationResult):
                    yield Delta("", mail)
                    return
                yield Delta(mail)
        finally:
            call.abandon()

    def cancel(self, request_id: str) -> None:
        with self._lock:
            tickets = [ticket for ticket, id_ in self._ids.items() if id_ == request_id]
        self._process.cancel(tickets)

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        with self._lock:
            if self._encoder is None:
                self._encoder = PromptEncoder(self._spec.folder)
        return len(self._encoder.encode(messages, prefill))

    def close(self) -> None:
        with self._lock:
            closed, self._closed = self._closed, True
        if not closed:
            self._process.close()

    def _finish(
        self, requests: Iterable[tuple[int, GenerationRequest]], in_flight: int
    ) -> Iterator[tuple[int, GenerationResult]]:
        """(place, result) as they finish, `in_flight` at a time."""
        waiting = iter(requests)
        call = _Call(self, self._living(), streaming=False)
        try:
            while True:
                free = in_flight - len(call.pending)
                if batch := list(itertools.islice(waiting, free)):
                    call.submit(batch)
                if not call.pending:
                    return
                done = call.receive_results()
                if refill := list(itertools.islice(waiting, len(done))):
                    call.submit(refill)  # before anything is handed out: the engine works while the caller does
                yield from done
        finally:
            call.abandon()

    def _check(self, request: GenerationRequest) -> None:
        if request.adapter is not None and request.adapter not in self._spec.adapters:
            known = ", ".join(sorted(self._spec.adapters)) or "none is installed"
            raise UserError("adapter", request.adapter, f"a known adapter ({known})")

    def _living(self) -> EngineProcess:
        """The process, a new one if the last died."""
        with self._lock:
            if self._closed:
                raise EngineFailed(f"the engine of {self.model} was closed")
            if self._process.dead:
                self._process = EngineProcess(self._spec, self._choice, self._observer)
            return self._process

    def _enter(self, ids: dict[str, str]) -> None:
        with self._lock:
            self._ids.update(ids)

    def _leave(self, tickets: Iterable[str]) -> None:
        with self._lock:
            for ticket in tickets:
                self._ids.pop(ticket, None)


class _Call:
    """One caller's requests in flight, and the mailbox it waits at."""

    def __init__(self, engine: HostedEngine, process: EngineProcess, streaming: bool) -> None:
        self._engine, self._process, self._streaming = engine, process, streaming
        self._mailbox: Mailbox = SimpleQueue()
        self.pending: dict[str, tuple[int, str]] = {}
        """ticket -> place among the caller's requests, and their id"""

    def submit(self, batch: Sequence[tuple[int, GenerationRequest]]) -> None:
        ticketed: list[GenerationRequest] = []
        for place, request in batch:
            self._engine._check(request)
            ticket = str(next(self._engine._tickets))
            self.pending[ticket] = (place, request.id)
            ticketed.append(replace(request, id=ticket))
        self._engine._enter({ticketed_.id: self.pending[ticketed_.id][1] for ticketed_ in ticketed})
        self._process.submit(ticketed, self._mailbox, self._streaming)

    def receive(self) -> tuple[int, str | GenerationResult]:
        """The next thing that came: (place, text or result). Raises what ended the process."""
        ticket, mail = self._mailbox.get()
        if isinstance(mail, HawkerError):
            raise type(mail)(str(mail))
        if isinstance(mail, str):
            return self.pending[ticket][0], mail
        place, id_ = self.pending.pop(ticket)
        self._engine._leave([ticket])
        return place, replace(mail, id=id_)

    def receive_results(self) -> list[tuple[int, GenerationResult]]:
        """Wait for one result, and take those that came with it."""
        came = [self.receive()]
        while not self._mailbox.empty():
            came.append(self.receive())
        return [(place, mail) for place, mail in came if isinstance(mail, GenerationResult)]

    def abandon(self) -> None:
        """Cancel what is still pending; its results are not waited for."""
        self._engine._leave(self.pending)
        self._process.cancel(tuple(self.pending))
