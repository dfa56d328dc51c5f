"""What the other rooms see of a running model: an `Engine` that writes, an `Embedder`
that compares, a `PageReader` that reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.generation import Delta, GenerationRequest, GenerationResult, Message
from core.observing import Load


class Engine(Protocol):
    """One model. Safe to call from several threads at once: their requests share the batch, chats before batches.

    Every method raises `EngineFailed` where the engine process died under it (the next call starts a new one),
    `CorruptWeights` where the weights cannot be read, and `UserError` for an unknown adapter. What is wrong with one
    request alone (a prompt longer than the context, a schema that cannot be compiled) is that result's `error`, with
    `finish="error"`; one past its deadline likewise, with `finish="cancelled"` and the text so far.
    """

    @property
    def model(self) -> str:
        """Its catalogue name."""

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of what it can be trusted to write."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together. Waits for the model to be loaded."""

    @property
    def load(self) -> Load:
        """How busy it is right now; asked by those who watch, so it never waits."""

    @property
    def fault(self) -> str | None:
        """Why nothing could be written just now, in a line; None while it is well, or loading. Never waits either."""

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        """Continue all prompts; results in the order of `requests`."""

    def iterate(self, requests: Iterable[GenerationRequest], in_flight: int = 64) -> Iterator[GenerationResult]:
        """Results as they finish. Pulls `requests` lazily, at most `in_flight` ahead; closing it cancels the rest."""

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        """The answer piece by piece; the last `Delta` carries the whole result. Closing the iterator cancels."""

    def cancel(self, request_id: str) -> None:
        """End a request in flight: its result comes with `finish="cancelled"` and the text so far."""

    def count_tokens(self, messages: Sequence[Message], prefill: str = "") -> int:
        """Tokens that the prompt of these messages has, template included."""

    def close(self) -> None:
        """Stop the model and free its memory; calls in flight fail with `EngineFailed`. A second close does nothing."""


class Embedder(Protocol):
    """Texts to vectors. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Its catalogue name or hub id; vectors of different names are never compared."""

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1, so that their dot product is the cosine."""


@dataclass(frozen=True, slots=True)
class ReadablePage:
    """A page as a reader sees it: its title, and its sentences in order, each with the heading it stands under."""

    title: str
    sentences: tuple[tuple[str, str], ...]
    """(heading or empty, text)"""


class PageReader(Protocol):
    """Finds the sentences that answer a question. Safe to call from several threads."""

    def read(self, question: str, pages: Sequence[ReadablePage]) -> list[NDArray[np.float32]]:
        """For each page the logits of its sentences, shape (sentences,): 0 is where the sentence answers as likely as
        nothing at all does, had it been read alone."""
