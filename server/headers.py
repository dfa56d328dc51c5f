"""What browsers are told about our answers: load nothing from elsewhere, guess no types, frame nothing, keep nothing.

Sources: W3C "Content Security Policy Level 3", OWASP "HTTP Headers Cheat Sheet". Strict-Transport-Security is left to
the proxy that ends TLS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
# FastAPI's page of the API loads Swagger UI from its publisher and starts it by an inline script.
DOCS_POLICY: Mapping[str, str] = {
    **PAGE_POLICY,
    "script-src": "'self' 'unsafe-inline' https://cdn.jsdelivr.net",
    "style-src": "'self' 'unsafe-inline' https://cdn.jsdelivr.net",
    "img-src": "'self' data: https://fastapi.tiangolo.com",
}


def security_headers(path: str, frame_ancestors: Sequence[str]) -> dict[str, str]:
    """Those of an answer to `path`; `frame_ancestors` are the origins that may show the page in a frame."""
    policy = dict(DOCS_POLICY if path.startswith("/docs") else PAGE_POLICY)
    policy["frame-ancestors"] = " ".join(frame_ancestors) or "'none'"
    headers = {**ALWAYS, "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items())}
    if not frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    if path.startswith("/v1/"):
        headers["Cache-Control"] = "no-store"
    return headers


class SecurityHeaders:
    """Middleware that adds them to every answer."""

    def __init__(self, app: ASGIApp, frame_ancestors: Sequence[str]) -> None:
        self._app, self._frame_ancestors = app, frame_ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(security_headers(scope["path"], self._frame_ancestors))
            await send(message)

        await self._app(scope, receive, send_with_headers)
