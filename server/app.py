"""The HTTP application: one house, opened at start and closed at the end, and the routes over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from agent.house import House
from campaigns.worker import Worker
from core.settings import Settings
from server import chat, copy, emails, health, openai_api, page, shop
from server.faults import translate_errors

STATIC = Path(__file__).with_name("static")


def create_app(settings: Settings) -> FastAPI:
    """The application over `settings`. Rooms open at their first use, the default model loads at once."""
    app = FastAPI(
        title="Hawker",
        summary="The self-hosted voice of a shop.",
        version="1",
        lifespan=_lifespan(settings),
    )
    for part in (copy, chat, emails, shop, openai_api, health, page):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    translate_errors(app)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with House(settings) as house:
            app.state.house = house
            worker = Worker(house)
            worker.start()
            yield
            worker.stop()

    return lifespan
