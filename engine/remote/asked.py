"""One request on its way: its answer while it grows, and where its caller hears of it.

Made by the caller's thread, grown by the line's (`engine.remote.line`), and never by two at once.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Any

from core.errors import HawkerError
from core.generation import Finish, GenerationRequest, GenerationResult
from engine.remote.events import Event

Outcome = GenerationResult | HawkerError


class Asked:
    """`pieces` has the text as it comes, then the outcome; `ended` is told of that by the line's thread."""

    def __init__(
        self,
        request: GenerationRequest,
        body: dict[str, Any],
        prompt_tokens: Callable[[], int],
        ended: Callable[[Asked], None],
        streamed: bool = False,
    ) -> None:
        """`body` is what is sent; `prompt_tokens` counts here what a server does not count for us."""
        self.request, self.body, self.streamed = request, body, streamed
        self.pieces: queue.SimpleQueue[str | Outcome] = queue.SimpleQueue()
        self.outcome: Outcome | None = None
        self.late = False
        """whether its deadline passed"""
        self._count, self._ended = prompt_tokens, ended
        self._started = time.monotonic()
        self.restart()

    @property
    def begun(self) -> bool:
        """Whether any text came."""
        return bool(self._texts)

    @property
    def complete(self) -> bool:
        """Whether the server said that the answer has ended."""
        return self._finish is not None

    @property
    def shown(self) -> bool:
        """Whether somebody may have read of it already: then it cannot be taken back and begun anew."""
        return self.streamed and self.begun

    def restart(self) -> None:
        """Forget what came: another try begins."""
        self._texts: list[str] = []
        self._first: float | None = None
        self._finish: str | None = None
        self._prompt_tokens: int | None = None
        self._new_tokens: int | None = None

    def take(self, event: Event) -> None:
        """Grow by an event."""
        if event.text:
            self._first = self._first or time.monotonic()
            self._texts.append(event.text)
            if self.streamed:
                self.pieces.put(event.text)
        self._finish = self._finish or event.finish
        if event.prompt_tokens is not None:
            self._prompt_tokens, self._new_tokens = event.prompt_tokens, event.new_tokens

    def result(self, finish: Finish | None = None, error: str | None = None) -> GenerationResult:
        """What has come so far, ended by `finish`, else by what the server said."""
        now = time.monotonic()
        prompt = self._prompt_tokens if self._prompt_tokens is not None else self._count()
        return GenerationResult(
            id=self.request.id,
            text="".join(self._texts),
            finish=finish or ("length" if self._finish == "length" else "stop"),
            prompt_tokens=prompt,
            new_tokens=self._new_tokens if self._new_tokens is not None else len(self._texts),
            seconds=now - self._started,
            error=error,
            first_token_seconds=self._first - self._started if self._first else 0.0,
        )

    def end(self, outcome: Outcome) -> None:
        """There is nothing more to come."""
        self.outcome = outcome
        self.pieces.put(outcome)
        self._ended(self)
