"""One id for each request, in its answer, its log lines and its error, so that an operator finds what was reported."""

from __future__ import annotations

import re
import uuid

import structlog
from starlette.datastructures import Headers

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
"""nothing that could break a log line or a header, and no room for an address or a sentence"""


def request_id(headers: Headers) -> str:
    """The id that a proxy gave the request, where it is sane; else a new one."""
    given = headers.get(HEADER, "")
    return given if _SANE.fullmatch(given) else uuid.uuid4().hex


def current_request_id() -> str | None:
    """Of the request that is being answered; None outside of one."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found
