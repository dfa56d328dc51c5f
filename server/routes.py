"""Which scope opens which route, in one table, and which routes generate. A route without a line here is not served; a
test asks for the line."""

from __future__ import annotations

from collections.abc import Mapping
from re import Pattern
from typing import Literal

from starlette.routing import compile_path

from core.access import Scope

OPEN: Literal["open"] = "open"
"""no key is asked for: nothing of the shop or its customers is told there"""
Needed = Scope | Literal["open"]

ROUTES: Mapping[str, Needed] = {
    "GET /": OPEN,
    "GET /static/{path:path}": OPEN,
    "GET /livez": OPEN,
    "GET /readyz": OPEN,
    "GET /docs": OPEN,
    "GET /docs/oauth2-redirect": OPEN,
    "GET /openapi.json": OPEN,
    "POST /v1/chat": "chat",
    "GET /v1/chat/{turn}": "chat",
    "POST /v1/copy": "copy",
    "POST /v1/emails": "emails",
    "GET /v1/emails/{campaign}": "emails",
    "GET /v1/jobs/{job_id}": "emails",
    "GET /metrics": "metrics",
    "GET /v1/shop": "shop",
    "GET /v1/shop/products": "shop",
    "GET /v1/shop/products/{product_id}": "shop",
    "GET /v1/models": "completions",
    "GET /v1/models/{name}": "completions",
    "POST /v1/chat/completions": "completions",
}


GENERATING = frozenset({"POST /v1/chat", "POST /v1/copy", "POST /v1/chat/completions"})
"""those that ask a model while the caller waits: they need one of the server's places (server/admission.py)"""


def _compiled(route: str, needed: Needed) -> tuple[str, Pattern[str], Needed]:
    method, path = route.split(" ")
    return method, compile_path(path)[0], needed


_COMPILED = [_compiled(route, needed) for route, needed in ROUTES.items()]


def needed_for(method: str, path: str) -> Needed | None:
    """The scope that a request needs, `open`, or None where no line fits."""
    asked = "GET" if method == "HEAD" else method
    return next((needed for method, pattern, needed in _COMPILED if method == asked and pattern.match(path)), None)


def generates(method: str, path: str) -> bool:
    """Whether a request asks a model while its caller waits. No such route has parameters in its path."""
    return f"{method} {path}" in GENERATING
