"""Errors as HTTP answers: one JSON shape, one line each, the status by the kind of error."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import HawkerError, UserError
from server.refusals import ComeAgain, NoKey
from server.request_ids import current_request_id


def translate_errors(app: FastAPI) -> None:
    """Every error leaves as `{"error": {"message", "type", "param", "request_id"}}`, which OpenAI's clients read."""
    app.add_exception_handler(HawkerError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _by_the_framework)


def body(message: str, kind: str, param: str | None = None) -> dict[str, dict[str, str | None]]:
    """The JSON of one error."""
    return {"error": {"message": message, "type": kind, "param": param, "request_id": current_request_id()}}


def unexpected() -> JSONResponse:
    """The answer to a fault of ours; the log says where it lies."""
    return JSONResponse(body("internal error; see the server's log", "server_error"), status_code=500)


def answer(error: HawkerError) -> JSONResponse:
    """One error of ours as an HTTP answer."""
    kind = "invalid_request_error" if isinstance(error, UserError) else "server_error"
    param = error.field if isinstance(error, UserError) else None
    headers: dict[str, str] = {}
    if isinstance(error, NoKey):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, ComeAgain):
        kind, headers["Retry-After"] = "rate_limit_error", str(error.wait_seconds)
    return JSONResponse(body(str(error), kind, param), status_code=error.http_status, headers=headers)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HawkerError)
    return answer(error)


async def _by_the_framework(request: Request, error: Exception) -> JSONResponse:
    """What is refused before a handler of ours is reached: a body that is too long, a file that is not there."""
    assert isinstance(error, HTTPException)
    return JSONResponse(body(error.detail, "invalid_request_error"), error.status_code, headers=error.headers)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    message = str(UserError(field, first.get("input"), first["msg"], "see /docs"))
    return JSONResponse(body(message, "invalid_request_error", field), status_code=422)
