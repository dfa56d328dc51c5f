"""One engine process, seen from its parent: started, fed, listened to, buried. `engine.host` decides when.

Each request goes under a ticket to a mailbox of its caller's; one thread sorts what comes back. When the process
dies, every waiting mailbox gets the failure instead.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from core.errors import CorruptWeights, EngineFailed, HawkerError
from core.generation import GenerationRequest, GenerationResult
from core.observing import Observer, Written
from engine.runtime import RuntimeSpec
from engine.wire import Cancel, FromWorker, Open, Progress, Ready, Refused, RuntimeChoice, Submit, ToWorker

Mail = tuple[str, str | GenerationResult | HawkerError]
"""(ticket, new text, the result, or why there is none)"""
Mailbox = queue.SimpleQueue[Mail]
_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS = 5.0


class EngineProcess:
    """Starts at once and loads in the background."""

    def __init__(self, spec: RuntimeSpec, runtime: RuntimeChoice, observer: Observer) -> None:
        self._model, self._observer = spec.model, observer
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - what libraries print; the last line explains a death
        self._process, self._inbox, self._outbox = _start(self._output.fileno())
        self._sending = threading.Lock()
        self._mailboxes: dict[str, Mailbox] = {}
        self._writing = 0
        self._state = threading.Lock()
        self._opened = threading.Event()
        self._ready: Ready | None = None
        self._failure: HawkerError | None = None
        self._closing = False
        threading.Thread(target=self._listen, name=f"engine {spec.model}", daemon=True).start()
        self._send(Open(spec, runtime))

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def dead(self) -> bool:
        return self._failure is not None

    @property
    def failure(self) -> str | None:
        """What ended it; None while it loads or lives."""
        return str(self._failure) if self._failure is not None else None

    @property
    def writing(self) -> int:
        """Of how many requests tokens are coming now."""
        return self._writing

    def wait_ready(self) -> Ready:
        """Wait for the model to be loaded. Raises why it could not be."""
        self._opened.wait()
        if self._failure is not None:
            raise _again(self._failure)
        assert self._ready is not None
        return self._ready

    def submit(self, requests: Sequence[GenerationRequest], mailbox: Mailbox, streaming: bool) -> None:
        """Send requests, their ids being tickets never used before; answers come to `mailbox`. What they wait for the
        model to be loaded is taken off their deadlines."""
        asked = time.monotonic()
        self.wait_ready()
        waited = time.monotonic() - asked
        with self._state:
            if self._failure is not None:
                raise _again(self._failure)
            self._mailboxes.update((request.id, mailbox) for request in requests)
        self._send(Submit(tuple(_sooner(request, waited) for request in requests), streaming))

    def cancel(self, tickets: Sequence[str]) -> None:
        """Ask for these to end; their results still come."""
        if tickets and not self.dead and self._opened.is_set():
            self._send(Cancel(tuple(tickets)))

    def close(self) -> None:
        """End the process: politely, then not."""
        self._closing = True
        with self._sending:
            self._outbox.close()
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, message: ToWorker) -> None:
        try:
            with self._sending:
                self._outbox.send(message)
        except OSError:
            pass  # it died or was closed: the listener says so to every mailbox

    def _listen(self) -> None:
        try:
            while True:
                self._sort(self._inbox.recv())
        except (EOFError, OSError):
            self._bury()

    def _sort(self, message: FromWorker) -> None:
        match message:
            case Ready():
                self._ready = message
                self._opened.set()
            case Refused():
                self._failure = CorruptWeights(message.message) if message.corrupt else EngineFailed(message.message)
            case Progress():
                for ticket, text in message.texts:
                    if (mailbox := self._mailboxes.get(ticket)) is not None:
                        mailbox.put((ticket, text))
                self._writing = message.writing
                for result in message.results:
                    self._observer.written(Written.of(self._model, result))
                    if (mailbox := self._mailboxes.pop(result.id, None)) is not None:
                        mailbox.put((result.id, result))

    def _bury(self) -> None:
        status = self._process.wait()
        with self._state:
            failure = self._failure or EngineFailed(self._epitaph(status))
            self._failure = failure
            waiting, self._mailboxes = self._mailboxes, {}
        self._opened.set()
        for ticket, mailbox in waiting.items():
            mailbox.put((ticket, failure))
        self._inbox.close()
        self._output.close()

    def _epitaph(self, status: int) -> str:
        if self._closing:
            return f"the engine of {self._model} was closed"
        cause = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").strip().splitlines()
        said = f", its last words: {lines[-1].strip()[:160]}" if lines and status > 0 else ""
        return f"the engine process of {self._model} died ({cause}{said}); the next request starts it again"


def _start(output: int) -> tuple[subprocess.Popen[bytes], Connection, Connection]:
    """A fresh interpreter that imports none of the caller's main module; -P keeps the working directory out of it."""
    from_parent, to_worker = os.pipe()
    from_worker, to_parent = os.pipe()
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no text of a user
        [sys.executable, "-P", "-m", "engine.worker", str(from_parent), str(to_parent)],
        pass_fds=(from_parent, to_parent),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, "PYTHONPATH": path},
    )
    os.close(from_parent)
    os.close(to_parent)
    return process, Connection(from_worker, writable=False), Connection(to_worker, readable=False)


def _sooner(request: GenerationRequest, waited: float) -> GenerationRequest:
    if request.deadline_seconds is None:
        return request
    return replace(request, deadline_seconds=request.deadline_seconds - waited)


def _again(failure: HawkerError) -> HawkerError:
    """A fresh exception for each caller: one object raised in several threads mixes their tracebacks."""
    return type(failure)(str(failure))
