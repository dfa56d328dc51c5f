"""The HTTP application: one house, opened at start and closed at the end, its routes, and the door before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from agent.house import House
from agent.warming import WarmUp
from campaigns.worker import HANDLERS, Worker
from core.settings import Settings
from server import chat, copy, customers, emails, health, jobs, metrics, openai_api, page, scores, shop
from server.admission import Admission, FullHouse, admitted
from server.description import describe, operation_id
from server.draining import Drain, Draining
from server.faults import translate_errors
from server.guard import Guard
from server.headers import SecurityHeaders
from server.metering import MeteredHouse, charged
from server.metrics import Metrics
from server.request_log import RequestLog
from server.threads import open_threads
from server.turns import Turns

STATIC = Path(__file__).with_name("static")
ASKED_HEADERS = ("Authorization", "Content-Type", "Last-Event-ID")
TOLD_HEADERS = ("RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID")
PATIENCE_SECONDS = 5.0
"""for the batch that the worker has in hand, before its engine is stopped under it"""


def create_app(settings: Settings) -> FastAPI:
    """The application over `settings`. Rooms open at their first use, models load in the background at once."""
    app = FastAPI(
        title="Hawker",
        summary="The self-hosted voice of a shop.",
        version="1",
        lifespan=_lifespan(settings),
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    app.state.settings = settings
    app.state.metrics, app.state.drain = Metrics(), Drain()
    app.state.admission, app.state.turns = Admission(settings.max_waiting), Turns()
    for part in (copy, chat, emails, jobs, customers, scores, shop, openai_api, health, metrics, page):
        app.include_router(part.router, dependencies=[Depends(admitted)])
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _stand_before(app, settings)
    translate_errors(app)
    describe(app)
    return app


def _stand_before(app: FastAPI, settings: Settings) -> None:
    """What a request passes before the routes. The last one added is the first one passed."""
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_bytes)
    app.add_middleware(Guard)
    app.add_middleware(FullHouse, admission=app.state.admission)
    app.add_middleware(Draining, drain=app.state.drain)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=("GET", "POST"),
        allow_headers=ASKED_HEADERS,
        expose_headers=TOLD_HEADERS,
    )
    app.add_middleware(RequestLog, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors)


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        counts: Metrics = app.state.metrics
        admission: Admission = app.state.admission
        app.state.threads = open_threads(settings)
        with MeteredHouse(settings, counts.observer) as house:
            counts.watch(lambda: house.load, lambda: admission.taken)
            worker = Worker(house, {kind: charged(handler) for kind, handler in HANDLERS.items()})
            warm_up = WarmUp(house)
            app.state.house, app.state.warm_up = house, warm_up
            warm_up.start()
            worker.start()
            yield
            _leave(house, warm_up, worker)

    return lifespan


def _leave(house: House, warm_up: WarmUp, worker: Worker) -> None:
    """The worker finishes its batch, or its engine is stopped under it; either way it hands its job back."""
    if not worker.stop(PATIENCE_SECONDS):
        house.stop_engines()
        worker.stop(PATIENCE_SECONDS)
    house.stop_engines()
    warm_up.stop(PATIENCE_SECONDS)
