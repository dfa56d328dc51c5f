"""An engine without a model, for tests: it answers what the test says and remembers what it was asked."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.generation import Delta, Finish, GenerationRequest, GenerationResult, Message
from core.observing import NOBODY, Load, Observer, Written
from engine.runtime import PAST_DEADLINE

Answer = Callable[[GenerationRequest], str]


class ScriptedEngine:
    """See `engine.protocol.Engine`. `answer` is a function of the request, or texts given in turn, over and over.

    A token is a word here. Stop texts, `max_new_tokens` and deadlines are kept, sampling and lanes mean nothing: an
    answer takes no time that another could be in the way of.
    """

    context_tokens = 8192

    def __init__(
        self,
        answer: Answer | Sequence[str],
        languages: Iterable[str] = ("en", "zh"),
        model: str = "scripted",
        observer: Observer = NOBODY,
    ) -> None:
        if callable(answer):
            self._answer = answer
        else:
            texts = itertools.cycle(answer)
            self._answer = lambda request: next(texts)
        self.languages = frozenset(languages)
        self.model = model
        self.history: list[GenerationRequest] = []
        """every request, in the order of asking"""
        self._cancelled: set[str] = set()
        self._lock = threading.Lock()
        self._observer = observer
        self._streams = 0

    @property
    def load(self) -> Load:
        return Load(running=self._streams)

    @property
    def fault(self) -> str | None:
        return None

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        return [self._told(self._write(request)) for request in requests]

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        return (self._told(self._write(request)) for request in requests)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        started = time.monotonic()
        with self._streaming():
            result = self._write(request)
            said: list[str] = []
            for word in _words(result.text):
                late = _is_late(request, time.monotonic() - started)
                if late or request.id in self._cancelled:
                    self._cancelled.discard(request.id)
                    error = PAST_DEADLINE if late else None
                    result = replace(result, text="".join(said), finish="cancelled", new_tokens=len(said), error=error)
                    break
                said.append(word)
                yield Delta(word)
            yield Delta("", self._told(result))

    @contextmanager
    def _streaming(self) -> Iterator[None]:
        with self._lock:
            self._streams += 1
        try:
            yield
        finally:
            with self._lock:
                self._streams -= 1

    def _told(self, result: GenerationResult) -> GenerationResult:
        self._observer.written(Written.of(self.model, result))
        return result

    def cancel(self, request_id: str) -> None:
        self._cancelled.add(request_id)

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        return sum(len(_words(message.content)) for message in messages) + len(_words(prefill))

    def close(self) -> None:
        """Nothing to free."""

    def _write(self, request: GenerationRequest) -> GenerationResult:
        with self._lock:
            self.history.append(request)
            text = self._answer(request)
        if _is_late(request, 0.0):
            return GenerationResult(request.id, "", "cancelled", 0, 0, 0.0, PAST_DEADLINE)
        cuts = [at for stop in request.sampling.stop if (at := text.find(stop)) >= 0]
        words = _words(text[: min(cuts)] if cuts else text)
        kept = words[: request.sampling.max_new_tokens]
        finish: Finish = "length" if len(kept) < len(words) else "stop"
        prompt = self.count_tokens(request.messages, request.prefill)
        return GenerationResult(request.id, "".join(kept), finish, prompt, len(kept), 0.0)


def _is_late(request: GenerationRequest, seconds: float) -> bool:
    """Whether the deadline of a request has passed `seconds` after it was asked."""
    return request.deadline_seconds is not None and seconds >= request.deadline_seconds


def _words(text: str) -> list[str]:
    """Words with the white space before them, so that joining gives the text again."""
    pieces: list[str] = []
    for character in text:
        if pieces and not (character.isspace() and not pieces[-1][-1].isspace()):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
