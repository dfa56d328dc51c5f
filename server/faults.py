"""Errors as HTTP answers: one JSON shape, one line each, the status by the kind of error."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import HawkerError, UserError
from server.refusals import ComeAgain, NoKey, NotThisMethod
from server.request_ids import current_request_id


def translate_errors(app: FastAPI) -> None:
    """Every error leaves in the shape of `server.problems.ProblemBody`, which OpenAI's clients read."""
    app.add_exception_handler(HawkerError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _by_the_framework)


def body(message: str, kind: str, param: str | None = None, code: str | None = None) -> dict[str, dict[str, Any]]:
    """The JSON of one error."""
    named = None if param is None else _writable(param)
    told = {"message": _writable(message), "type": kind, "param": named, "code": code}
    return {"error": {**told, "request_id": current_request_id()}}


def unexpected() -> JSONResponse:
    """The answer to a fault of ours; the log says where it lies."""
    return JSONResponse(body("internal error; see the server's log", "server_error"), status_code=500)


def answer(error: HawkerError) -> JSONResponse:
    """One error of ours as an HTTP answer."""
    headers: dict[str, str] = {}
    if isinstance(error, NoKey):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, NotThisMethod):
        headers["Allow"] = error.allowed
    if isinstance(error, ComeAgain):
        headers["Retry-After"] = str(error.wait_seconds)
    return JSONResponse(told(error), status_code=error.http_status, headers=headers)


def told(error: HawkerError) -> dict[str, dict[str, Any]]:
    """The JSON of one error of ours."""
    kind = "invalid_request_error" if isinstance(error, UserError) else "server_error"
    if isinstance(error, ComeAgain):
        kind = "rate_limit_error"
    return body(str(error), kind, error.field if isinstance(error, UserError) else None, error.code)


def what_is_malformed(error: RequestValidationError) -> UserError:
    """The first thing that is wrong with a request, in our words."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    if first["type"] == "extra_forbidden":
        return UserError(field, first.get("input"), "a field that is served", f"leave {field} out, see /docs")
    return UserError(field, first.get("input"), first["msg"], "see /docs")


def _writable(text: str) -> str:
    """On one line, and without lone surrogates: JSON lets them in, but they cannot be written out again."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HawkerError)
    return answer(error)


async def _by_the_framework(request: Request, error: Exception) -> JSONResponse:
    """What is refused before a handler of ours is reached: a body that is too long, a file that is not there."""
    assert isinstance(error, HTTPException)
    return JSONResponse(body(error.detail, "invalid_request_error"), error.status_code, headers=error.headers)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return answer(what_is_malformed(error))
