"""Counting tokens where they are made: around the engines, so that no route can forget it.

Who pays is known by context: the door names the caller of a request, the order names its payer for a job. A prompt's
tokens count like those that are written, for both are work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from agent.house import House
from campaigns.worker import Handler, Report
from core.generation import Delta, GenerationRequest, GenerationResult
from engine.around import EngineAround
from engine.protocol import Engine

PAYER = "payer"
"""the field of a job's payload that names who ordered it"""
Charge = Callable[[str, int], None]
"""payer, tokens"""

_payer: ContextVar[str | None] = ContextVar("payer", default=None)


@contextmanager
def paid_by(payer: str | None) -> Iterator[None]:
    """Tokens made within are `payer`'s; nobody's for None."""
    before = _payer.set(payer)
    try:
        yield
    finally:
        _payer.reset(before)


def charged(handler: Handler) -> Handler:
    """`handler`, at the cost of whoever ordered the job."""

    def work(house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
        with paid_by(payload.get(PAYER)):
            return handler(house, payload, report)

    return work


class MeteredHouse(House):
    """A house whose engines count for whom they write."""

    def engine_of(self, name: str) -> Engine:
        return MeteredEngine(super().engine_of(name), self.store.token_use.add)


class MeteredEngine(EngineAround):
    """One charge a call, also where it is broken off."""

    def __init__(self, engine: Engine, charge: Charge) -> None:
        super().__init__(engine)
        self._charge = charge

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        results = super().generate(requests)
        self._pay(_payer.get(), sum(map(_tokens, results)))
        return results

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        payer, spent = _payer.get(), 0
        results = super().iterate(requests, in_flight)
        try:
            for result in results:
                spent += _tokens(result)
                yield result
        finally:
            _close(results)
            self._pay(payer, spent)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        payer, spent, told = _payer.get(), 0, False
        deltas = super().stream(request)
        try:
            for delta in deltas:
                told = delta.result is not None
                spent = _tokens(delta.result) if delta.result else spent + 1
                yield delta
        except GeneratorExit:
            # Whoever hangs up before the end pays for what was read, too; a result has counted it.
            spent += 0 if told else self.count_tokens(request.messages, request.prefill)
            raise
        finally:
            _close(deltas)
            self._pay(payer, spent)

    def _pay(self, payer: str | None, tokens: int) -> None:
        if payer is not None and tokens:
            self._charge(payer, tokens)


def _tokens(result: GenerationResult) -> int:
    return result.prompt_tokens + result.new_tokens


def _close(iterator: Iterator[object]) -> None:
    close = getattr(iterator, "close", None)
    if close is not None:
        close()
