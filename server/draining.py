"""Going down without dropping anyone: what runs is finished, what comes new is refused, probes hear the truth."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.faults import body

GRACE_SECONDS = 20.0
"""that running requests have to finish; Kubernetes kills after 30"""
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""answered to the last, and waited for by nobody"""


class Drain:
    """Whether the server is on its way down, and how many requests are still running."""

    def __init__(self) -> None:
        self.stopping = False
        self.running = 0


class Draining:
    """ASGI middleware that counts what runs, and refuses what comes after the stop was asked for."""

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self._app, self._drain = app, drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
        elif self._drain.stopping:
            await _refusal()(scope, receive, send)
        else:
            self._drain.running += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._drain.running -= 1


def _refusal() -> JSONResponse:
    error = body("the server is stopping; ask again in a moment", "server_error")
    return JSONResponse(error, status_code=503, headers={"Retry-After": "5", "Connection": "close"})
