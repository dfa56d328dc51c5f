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
    "GET /v1/chat/turns/{turn}": "chat",
    "POST /v1/copy": "copy",
    "POST /v1/emails": "emails",
    "GET /v1/emails/{campaign}": "emails",
    "GET /v1/jobs": "emails",
    "GET /v1/jobs/{job_id}": "emails",
    "GET /v1/jobs/{job_id}/events": "emails",
    "POST /v1/jobs/{job_id}/cancel": "emails",
    "GET /v1/customers": "customers",
    "GET /v1/customers/{customer_id}": "customers",
    "GET /v1/customers/{customer_id}/profile": "customers",
    "PUT /v1/customers/{customer_id}": "customers",
    "DELETE /v1/customers/{customer_id}": "customers",
    "POST /v1/customers/{customer_id}/consents": "customers",
    "POST /v1/customers/{customer_id}/scores": "customers",
    "GET /metrics": "metrics",
    "GET /v1/shop": "shop",
    "GET /v1/shop/products": "shop",
    "GET /v1/shop/products/{product_id}": "shop",
    "GET /v1/models": "completions",
    "GET /v1/models/{name:path}": "completions",
    "POST /v1/chat/completions": "completions",
}
ASK_A_MODEL = frozenset({"POST /v1/chat", "POST /v1/copy", "POST /v1/emails", "POST /v1/chat/completions"})
"""routes that cost tokens; whoever has used theirs up is served the others: no withdrawal waits for midnight"""
GENERATING = ASK_A_MODEL - {"POST /v1/emails"}
"""those that ask a model while the caller waits: they need one of the server's places (server/admission.py)"""


def _compiled(route: str) -> tuple[str, Pattern[str], str]:
    method, path = route.split(" ")
    return method, compile_path(path)[0], route


_COMPILED = [_compiled(route) for route in ROUTES]


def needed_for(method: str, path: str) -> Needed | None:
    """The scope that a request needs, `open`, or None where no line fits."""
    route = _line(method, path)
    return None if route is None else ROUTES[route]


def asks_a_model(method: str, path: str) -> bool:
    """Whether a request costs tokens."""
    return _line(method, path) in ASK_A_MODEL


def methods_of(path: str) -> tuple[str, ...]:
    """The methods that the table has for `path`; none where it has no such path."""
    return tuple(method for method, pattern, _ in _COMPILED if pattern.match(path))


def _line(method: str, path: str) -> str | None:
    asked = "GET" if method == "HEAD" else method
    return next((route for served, pattern, route in _COMPILED if served == asked and pattern.match(path)), None)


def generates(method: str, path: str) -> bool:
    """Whether a request asks a model while its caller waits."""
    return _line(method, path) in GENERATING
