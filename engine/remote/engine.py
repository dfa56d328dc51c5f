"""An `Engine` whose model runs on another machine. It keeps the protocol; the line does the asking."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from core.errors import EngineFailed, HawkerError, UserError
from core.generation import Delta, GenerationRequest, GenerationResult, Message
from core.observing import NOBODY, Load, Observer, Written
from engine.remote.asked import Asked
from engine.remote.asking import body_of, why_not
from engine.remote.line import Line
from engine.remote.naming import Naming
from engine.remote.token_count import TokenCount


class RemoteEngine:
    """See `engine.protocol.Engine`. Nothing is asked of the network before the first call.

    Beside the protocol's: `EngineFailed` where no server answers in time, `ModelMissing` for a model that none serves,
    `UserError` for a key that is refused.
    """

    def __init__(
        self,
        model: str,
        languages: frozenset[str],
        line: Line,
        naming: Callable[[], Naming],
        count: TokenCount,
        context_tokens: int,
        observer: Observer = NOBODY,
    ) -> None:
        """`naming` is asked with each call, for servers come and go; `context_tokens` is for those that tell none."""
        self.model, self.languages = model, languages
        self._line, self._naming, self._count, self._observer = line, naming, count, observer
        self._context_tokens = context_tokens
        self._lock = threading.Lock()
        self._asked: set[Asked] = set()
        self._fault: str | None = None

    @property
    def context_tokens(self) -> int:
        naming = self._naming()
        return naming.served.context_tokens[naming.require_model(self.model)] or self._context_tokens

    @property
    def load(self) -> Load:
        with self._lock:
            running = sum(asked.begun for asked in self._asked)
            return Load(running, len(self._asked) - running)

    @property
    def fault(self) -> str | None:
        """Why nothing could be written just now, in a line; None where the last answer came."""
        return self._fault

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        with _Call(self) as call:
            asked = [call.ask(request) for request in requests]
            for _ in asked:
                call.next()
        return [_result(one) for one in asked]

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        if in_flight < 1:
            raise UserError("in_flight", in_flight, "at least 1")
        return self._finish(iter(requests), in_flight)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        with _Call(self) as call:
            asked = call.ask(request, streamed=True)
            while isinstance(piece := asked.pieces.get(), str):
                yield Delta(piece)
            yield Delta("", _result(asked))

    def cancel(self, request_id: str) -> None:
        with self._lock:
            found = [asked for asked in self._asked if asked.request.id == request_id]
        for asked in found:
            self._line.cancel(asked)

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        return self._count(messages, prefill)

    def close(self) -> None:
        self._line.close()

    def _finish(self, waiting: Iterator[GenerationRequest], in_flight: int) -> Iterator[GenerationResult]:
        with _Call(self) as call:
            for request in itertools.islice(waiting, in_flight):
                call.ask(request)
            while call.pending:
                done = call.next()
                for request in itertools.islice(waiting, 1):
                    call.ask(request)  # before anything is handed out: the servers work while the caller does
                yield _result(done)

    def _ask(self, request: GenerationRequest, ended: Callable[[Asked], None], streamed: bool) -> Asked:
        naming = self._naming()
        name = naming.require_model(self.model)
        if request.adapter is not None:
            name = naming.require_adapter(self.model, request.adapter)
        flavour = naming.served.flavour
        reason = why_not(request, flavour)
        body = {} if reason else body_of(request, name, flavour)
        asked = Asked(request, body, partial(self._count, request.messages, request.prefill), ended, streamed)
        with self._lock:
            self._asked.add(asked)
        if reason:
            asked.end(asked.result("error", reason))
        else:
            self._line.submit(asked)
        return asked

    def _leave(self, asked: Asked) -> None:
        with self._lock:
            self._asked.discard(asked)
        self._fault = str(asked.outcome) if isinstance(asked.outcome, HawkerError) else None
        if isinstance(asked.outcome, GenerationResult):
            self._observer.written(Written.of(self.model, asked.outcome))


class _Call:
    """One caller's requests under way; what is still pending at its end is hung up on, and not waited for."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine = engine
        self._ended: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self.pending: set[Asked] = set()

    def __enter__(self) -> _Call:
        return self

    def __exit__(self, *unused: object) -> None:
        for asked in self.pending:
            self._engine._line.cancel(asked)

    def ask(self, request: GenerationRequest, streamed: bool = False) -> Asked:
        asked = self._engine._ask(request, self._end, streamed)
        self.pending.add(asked)
        return asked

    def next(self) -> Asked:
        """Wait for the next that ends. Raises what went wrong with it."""
        asked = self._ended.get()
        self.pending.discard(asked)
        _result(asked)
        return asked

    def _end(self, asked: Asked) -> None:
        self._engine._leave(asked)
        self._ended.put(asked)


def _result(asked: Asked) -> GenerationResult:
    """Its result, or what went wrong raised anew: several threads may hear of one failure."""
    match asked.outcome:
        case GenerationResult() as result:
            return result
        case UserError() as error:
            raise error
        case HawkerError() as error:
            raise type(error)(str(error))
        case None:
            raise EngineFailed("the answer has not ended")
