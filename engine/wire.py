"""The typed messages that cross the pipe between `engine.host` (parent) and `engine.worker` (engine process).

Both ends are started by us from the same installation, so objects cross pickled. End of file is a message too: it
tells the worker that its parent closed or died, and the host that the worker died.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.generation import GenerationRequest, GenerationResult
from engine.runtime import RuntimeSpec

RuntimeChoice = Literal["auto", "openvino", "transformers"]


@dataclass(frozen=True, slots=True)
class Open:
    """First message to the worker: load this."""

    spec: RuntimeSpec
    runtime: RuntimeChoice


@dataclass(frozen=True, slots=True)
class Submit:
    """Take these requests; `streaming` asks for text as it comes."""

    requests: tuple[GenerationRequest, ...]
    streaming: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    request_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded."""

    runtime: str
    context_tokens: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The model could not be opened, or the worker has to give up; one line for people."""

    message: str
    corrupt: bool = False
    """the weights themselves are at fault"""


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that one step brought, in one message: new text of streamed requests, and finished ones."""

    texts: tuple[tuple[str, str], ...]
    """(request id, new text)"""
    results: tuple[GenerationResult, ...]
    writing: int = 0
    """requests whose first token is out and that are not finished"""


ToWorker = Open | Submit | Cancel
FromWorker = Ready | Refused | Progress
