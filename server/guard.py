"""The door: who calls, what they may still use, and whether the route is theirs, before anything else is done.

It stands before body and route, so that whoever is refused costs next to nothing, and refuses what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import HawkerError
from server.budgets import Budgets, budget_headers
from server.callers import Caller, identify
from server.faults import answer
from server.metering import paid_by
from server.refusals import LacksScope, NoKey, NoRoute, NotThisMethod, TooLong
from server.routes import OPEN, Needed, asks_a_model, methods_of, needed_for


class Guard:
    """Middleware over the whole application. `request.state.caller` is who was let in, except on open routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._budgets = Budgets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        needed = needed_for(request.method, scope["path"])
        if needed == OPEN:
            await self._app(scope, receive, send)
            return
        try:
            caller, headers = await run_in_threadpool(self._let_in, request, needed)
        except HawkerError as error:
            await answer(error)(scope, receive, send)
            return
        request.state.caller = caller
        with paid_by(caller.payer):
            await self._app(scope, receive, _with(headers, send))

    def _let_in(self, request: Request, needed: Needed | None) -> tuple[Caller, Mapping[str, str]]:
        """Raises the refusal. Requests are counted before they are judged: guessing at keys has its price too."""
        house = request.app.state.house
        caller = identify(house, request)
        budgets = self._budgets.spend_request(caller)
        if needed is None or needed == OPEN:
            raise _not_served(request)
        if needed not in caller.scopes:
            raise NoKey(caller.showed_a_key) if caller.kind == "visitor" else LacksScope(caller.scopes, needed)
        _refuse_too_long(request)
        if asks_a_model(request.method, request.scope["path"]):
            budgets += self._budgets.tokens(caller, house.store.token_use)
        return caller, budget_headers(budgets)


def _not_served(request: Request) -> HawkerError:
    path = request.scope["path"]
    allowed = methods_of(path)
    return NotThisMethod(request.method, path, allowed) if allowed else NoRoute(request.method, path)


def _refuse_too_long(request: Request) -> None:
    """By what the request says of itself; one that says nothing is cut off by Starlette while it is read."""
    limit = request.app.state.settings.max_body_bytes
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise TooLong(int(length), limit)


def _with(headers: Mapping[str, str], send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return send_with_headers
