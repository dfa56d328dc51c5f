"""What every request leaves behind: its id, one log line, its counts; and an answer where something broke.

Outermost of all. It knows routes by their templates and reads neither paths, queries nor bodies: those name people.
"""

from __future__ import annotations

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from server.faults import unexpected
from server.metrics import Metrics
from server.request_ids import HEADER, request_id

UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger("server")


class RequestLog:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = request_id(Headers(scope=scope))
        started, answer = time.perf_counter(), _Answer(given, send)
        with bound_contextvars(request_id=given):
            try:
                await self._answered(scope, receive, answer)
            finally:
                self._leave_trace(scope, answer.status, time.perf_counter() - started)

    async def _answered(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """What nobody foresaw ends here: the server beneath would log its message, which may quote a customer."""
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            _log.error("request failed", exc_info=error)
            if not answer.begun:
                await unexpected()(scope, receive, answer.send)

    def _leave_trace(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = route_template(scope)
        self._metrics.answered(method, route, status, seconds)
        _log.info("request", method=method, route=route, status=status, seconds=round(seconds, 4))


class _Answer:
    """The way to the client: puts the id on the answer and remembers its status."""

    def __init__(self, given: str, send: Send) -> None:
        self._given, self._send = given, send
        self.begun = False
        self.status = 500
        """as long as nothing was answered"""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            MutableHeaders(scope=message)[HEADER] = self._given
        await self._send(message)


def route_template(scope: Scope) -> str:
    """`/v1/jobs/{job_id}`, never the path itself; known once the request was routed."""
    template = getattr(scope.get("route"), "path", None)
    mounted = str(scope.get("root_path", ""))[len(str(scope.get("app_root_path", ""))) :]
    return str(template or mounted or UNMATCHED)
