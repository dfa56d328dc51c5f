"""Engines over servers that tests start on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.generation import GenerationRequest, Message, Sampling
from core.settings import Settings, load_settings
from engine.opening import open_engine
from engine.remote.engine import RemoteEngine
from engine.remote.listing import _listing
from tests.engine.remote.openai_server import OpenAiServer

Open = Callable[..., RemoteEngine]


def ask(text: str = "What is the capital of Greece?", id_: str = "one", **more: Any) -> GenerationRequest:
    """A request; `max_new_tokens` and its like by keyword, `adapter` and `prefill` too."""
    apart = {name: more.pop(name) for name in ("adapter", "prefill") if name in more}
    return GenerationRequest(id_, (Message("user", text),), Sampling(**more), **apart)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Ports come back, so what was listed at one of them is forgotten."""
    _listing.cache_clear()


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running


@pytest.fixture
def remote(home: Settings) -> Callable[..., Settings]:
    """`remote(server, ...)`: settings that let it speak."""

    def settings(*servers: OpenAiServer, **changed: Any) -> Settings:
        urls = tuple(server.url for server in servers)
        return load_settings(**{"engine": "remote", "remote_url": urls, "remote_timeout": 20.0, **changed})

    return settings


@pytest.fixture
def opened(remote: Callable[..., Settings]) -> Iterator[Open]:
    """`opened(server, ...)`: the engine of the small model there, closed at the end."""
    engines: list[RemoteEngine] = []

    def start(*servers: OpenAiServer, **changed: Any) -> RemoteEngine:
        engine = open_engine(remote(*servers, **changed), "smollm2-135m")
        assert isinstance(engine, RemoteEngine)
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.close()
