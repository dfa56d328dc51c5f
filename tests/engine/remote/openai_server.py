"""A real HTTP server that speaks as much of OpenAI's protocol as a test needs, and stumbles where the test says so."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Words = Callable[[dict[str, Any]], Sequence[str]]
"""a request's body -> the pieces of the answer"""


@dataclass(frozen=True)
class Stumble:
    """Instead of an answer: a status, or some pieces and then nothing more."""

    status: int = 200
    retry_after: str | None = None
    message: str = "not now"
    pieces: Sequence[str] = ()
    event: dict[str, Any] | None = None


@dataclass
class OpenAiServer:
    """`listed`: what GET /v1/models tells. `stumbles` are used up one a request, before anything is answered."""

    words: Words = lambda body: ["It ", "is ", "Athens."]
    listed: Sequence[dict[str, Any]] = ({"id": "smollm2-135m", "owned_by": "vllm", "max_model_len": 2048},)
    key: str | None = None
    usage: bool = True
    stumbles: deque[Stumble] = field(default_factory=deque)
    asked: list[dict[str, Any]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """set: answers are written to their end; else they stop after their first piece and wait"""
    port: int = 0
    most_at_once: int = 0
    _now: int = 0

    def __enter__(self) -> OpenAiServer:
        self.gate.set()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._http.daemon_threads = True
        self.port = self._http.server_port
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *unused: object) -> None:
        self.gate.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not server._lets_in(self):
                    return
                server._send(self, 200, {"object": "list", "data": list(server.listed)})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if server._lets_in(self):
                    server._answer(self, body)

            def log_message(self, *unused: object) -> None:
                """Tests are quiet."""

        return Handler

    def _lets_in(self, handler: BaseHTTPRequestHandler) -> bool:
        if self.key is None or handler.headers.get("Authorization") == f"Bearer {self.key}":
            return True
        self._send(handler, 401, {"error": {"message": "who are you?"}})
        return False

    def _answer(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        with self._lock:
            self.asked.append(body)
            stumble = self.stumbles.popleft() if self.stumbles else None
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            self._write(handler, body, stumble)
        except OSError:
            pass  # they hung up
        finally:
            with self._lock:
                self._now -= 1

    def _write(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], stumble: Stumble | None) -> None:
        if stumble and stumble.status != 200:
            self._send(handler, stumble.status, {"error": {"message": stumble.message}}, stumble.retry_after)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        handler.end_headers()
        pieces = stumble.pieces if stumble else self.words(body)
        for at, piece in enumerate(pieces):
            if at:
                self.gate.wait(20)
            self._event(handler, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        if stumble:
            if stumble.event:
                self._event(handler, stumble.event)
            return
        self._event(handler, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if self.usage:
            used = {"prompt_tokens": 7, "completion_tokens": len(pieces), "total_tokens": 7 + len(pieces)}
            self._event(handler, {"choices": [], "usage": used})
        handler.wfile.write(b"data: [DONE]\n\n")

    def _event(self, handler: BaseHTTPRequestHandler, value: dict[str, Any]) -> None:
        handler.wfile.write(b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n")
        handler.wfile.flush()

    def _send(
        self, handler: BaseHTTPRequestHandler, status: int, value: object, retry_after: str | None = None
    ) -> None:
        content = json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        if retry_after is not None:
            handler.send_header("Retry-After", retry_after)
        handler.end_headers()
        handler.wfile.write(content)
