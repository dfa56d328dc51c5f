"""Who may generate now: a bounded number of requests, running and waiting together. More are told to come again.

What is refused costs nothing: a full house is seen on the event loop, before keys, bodies or threads. A place is taken
once the body was read, so that nobody holds one by sending slowly, and given back when the last byte has gone out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.faults import answer
from server.refusals import Overloaded
from server.routes import generates


class Admission:
    """The places of one server process. Asked and told on the event loop alone, so that checking is taking."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.taken = 0

    @property
    def full(self) -> bool:
        return self.taken >= self.places

    def take(self) -> Place:
        """Take a place. Raises `Overloaded` where there is none."""
        if self.full:
            raise Overloaded(self.places)
        self.taken += 1
        return Place(self)


class Place:
    """What one request holds until it is given back; a second time does nothing."""

    def __init__(self, admission: Admission) -> None:
        self._admission: Admission | None = admission

    def give_back(self) -> None:
        if self._admission is not None:
            self._admission.taken -= 1
            self._admission = None


class FullHouse:
    """ASGI middleware that turns away at once whoever would find no place."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app, self._admission = app, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._admission.full and generates(scope["method"], scope["path"]):
            await answer(Overloaded(self._admission.places))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def admitted(request: Request) -> AsyncIterator[None]:
    """A dependency of every route: those that `server.routes` calls generating hold a place until they are answered, as
    `request.state.place`."""
    if not generates(request.method, request.scope["path"]):
        yield
        return
    admission: Admission = request.app.state.admission
    place = request.state.place = admission.take()
    try:
        yield
    finally:
        place.give_back()
