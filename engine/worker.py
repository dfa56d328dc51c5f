"""The engine process: `python -P -m engine.worker READ_FD WRITE_FD`, started by `engine.host`, never by hand.

One loop: take what came through the pipe, let the runtime do one step, send what it brought. It ends when the pipe
ends, so a parent that dies takes its engine with it. Imports only what its runtime needs.
"""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection

from core.errors import CorruptWeights, HawkerError
from core.generation import Finish, GenerationRequest, GenerationResult
from engine.answer_text import AnswerText
from engine.laned_runtime import LanedRuntime
from engine.runtime import Runtime, TokenRequest
from engine.templates import PromptEncoder
from engine.wire import Cancel, FromWorker, Open, Progress, Ready, Refused, Submit, ToWorker


@dataclass(slots=True)
class _Answer:
    """One request being answered."""

    text: AnswerText
    prompt_tokens: int
    streaming: bool
    started: float = field(default_factory=time.monotonic)
    new_tokens: int = 0
    first_token_seconds: float = 0.0

    def count(self, tokens: int) -> None:
        if tokens and not self.new_tokens:
            self.first_token_seconds = time.monotonic() - self.started
        self.new_tokens += tokens


class Worker:
    """Text on the side of the pipe, token ids on the side of the runtime, chats before batches between them."""

    def __init__(self, runtime: Runtime, encoder: PromptEncoder) -> None:
        self._runtime, self._encoder = LanedRuntime(runtime), encoder
        self._answers: dict[str, _Answer] = {}
        self._texts: list[tuple[str, str]] = []
        self._results: list[GenerationResult] = []
        self._told_writing = 0

    @property
    def busy(self) -> bool:
        return self._runtime.busy

    def take(self, message: ToWorker) -> None:
        match message:
            case Submit():
                for request in message.requests:
                    self._take_request(request, message.streaming)
            case Cancel():
                for request_id in message.request_ids:
                    if request_id in self._answers:
                        self._runtime.drop(request_id)
                        self._finish(request_id, "cancelled")
            case Open():
                raise AssertionError("a worker is opened once")

    def step(self) -> None:
        """One step of the runtime; its text is kept for `harvest`."""
        for event in self._runtime.step():
            answer = self._answers.get(event.id)
            if answer is None:
                continue
            answer.count(len(event.tokens))
            self._tell(event.id, answer, answer.text.push(event.tokens))
            if answer.text.stopped:
                if event.finish is None:
                    self._runtime.drop(event.id)
                self._finish(event.id, "stop")
            elif event.finish:
                self._finish(event.id, event.finish, event.error)

    def harvest(self) -> Progress | None:
        """What came since the last harvest, to be sent as one message."""
        writing = sum(answer.new_tokens > 0 for answer in self._answers.values())
        if not (self._texts or self._results) and writing == self._told_writing:
            return None
        progress = Progress(tuple(self._texts), tuple(self._results), writing)
        self._texts, self._results, self._told_writing = [], [], writing
        return progress

    def _take_request(self, request: GenerationRequest, streaming: bool) -> None:
        prompt = self._encoder.encode(request.messages, request.prefill)
        text = AnswerText(self._encoder.tokenizer, (*request.sampling.stop, *self._encoder.stops))
        self._answers[request.id] = _Answer(text, len(prompt), streaming)
        room = self._runtime.context_tokens - len(prompt)
        if room < 1:
            fault = f"the prompt has {len(prompt)} tokens, the model reads {self._runtime.context_tokens}"
            self._finish(request.id, "error", fault)
            return
        wanted = TokenRequest(
            request.id, prompt, request.sampling, request.adapter, request.lane, request.deadline_seconds
        )
        self._runtime.add(wanted)

    def _finish(self, request_id: str, finish: Finish, error: str | None = None) -> None:
        answer = self._answers.pop(request_id)
        self._tell(request_id, answer, answer.text.close())
        self._results.append(
            GenerationResult(
                id=request_id,
                text=answer.text.text,
                finish="stop" if answer.text.stopped else finish,
                prompt_tokens=answer.prompt_tokens,
                new_tokens=answer.new_tokens,
                seconds=time.monotonic() - answer.started,
                error=error,
                first_token_seconds=answer.first_token_seconds,
            )
        )

    def _tell(self, request_id: str, answer: _Answer, text: str) -> None:
        if text and answer.streaming:
            self._texts.append((request_id, text))


def open_runtime(message: Open, encoder: PromptEncoder) -> tuple[str, Runtime]:
    """The runtime's name and itself. `auto`: CUDA -> transformers, else OpenVINO where it can, else transformers."""
    from engine.choosing import choose_runtime

    spec = replace(message.spec, end_tokens=encoder.end_tokens)
    name = choose_runtime(spec.folder) if message.runtime == "auto" else message.runtime
    if name == "openvino":
        from engine.openvino_runtime import OpenVinoRuntime

        return name, OpenVinoRuntime(spec)
    from engine.transformers_runtime import TransformersRuntime

    return name, TransformersRuntime(spec)


def serve(inbox: Connection, outbox: Connection) -> None:
    """Answer until the pipe ends."""
    message = inbox.recv()
    assert isinstance(message, Open)
    try:
        encoder = PromptEncoder(message.spec.folder)
        name, runtime = open_runtime(message, encoder)
    except HawkerError as error:
        _send(outbox, Refused(str(error), corrupt=isinstance(error, CorruptWeights)))
        return
    except Exception as error:
        _send(outbox, Refused(f"{message.spec.model} cannot be opened: {_one_line(error)}"))
        return
    _send(outbox, Ready(name, runtime.context_tokens))
    worker = Worker(runtime, encoder)
    while True:
        if not worker.busy:
            inbox.poll(None)  # nothing to do until something comes
        while inbox.poll(0):
            worker.take(inbox.recv())
        if worker.busy:
            worker.step()
        if (progress := worker.harvest()) is not None:
            _send(outbox, progress)


def _send(outbox: Connection, message: FromWorker) -> None:
    outbox.send(message)


def _one_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1]}" if lines else type(error).__name__


def main() -> None:
    """Ctrl-C reaches the whole terminal, and a service manager's SIGTERM every process; the parent decides what they
    mean, and this process ends with the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    inbox = Connection(int(sys.argv[1]), writable=False)
    outbox = Connection(int(sys.argv[2]), readable=False)
    try:
        serve(inbox, outbox)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
