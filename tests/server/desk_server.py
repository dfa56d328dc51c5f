"""The whole application on a real socket over a small shop, where search is by shared words and the model waits for the
test: real HTTP, real desk, real store, and a chat turn in milliseconds.

`python -m tests.server.desk_server` is the same as a process: on SIGUSR1 its model goes on."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn

from agent.house import House
from agent.warming import WARM, WarmUp
from core.generation import Delta, GenerationRequest
from core.observing import NOBODY, Observer
from core.settings import Settings, load_settings
from core.shop import Brand, Document
from engine.protocol import Engine
from engine.scripted import ScriptedEngine
from server import app as application
from server.metering import MeteredHouse
from server.running import run_server, server_config
from tests.agent.conftest import PlainReaders, WordEmbedder, WordReader, WordSearch

ASKED = {"message": "How is a refund paid?"}
FIRST = "We refund within 5 business days of its arrival, to the way you paid."
SECOND = "A gift card gets its money back immediately."
PAGES = [Document("returns", "Returns and refunds", f"# Your refund\n\n{FIRST} {SECOND}", "en")]
PATIENCE = 60.0


class WaitingEngine(ScriptedEngine):
    """Says two sentences: the second once `go_on` is set, or not at all where it is cancelled before."""

    def __init__(self) -> None:
        super().__init__([f"{FIRST} {SECOND}"])
        self.go_on = threading.Event()
        self._ended: set[str] = set()

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        said = ""
        for delta in super().stream(request):
            while len(said) > len(FIRST) and not (self.go_on.wait(0.01) or request.id in self._ended):
                pass
            said += delta.text
            yield delta

    def cancel(self, request_id: str) -> None:
        super().cancel(request_id)
        self._ended.add(request_id)


@dataclass(frozen=True)
class DeskServer:
    url: str
    engine: WaitingEngine
    house: House

    @property
    def taken(self) -> int:
        """Places, as an operator sees them."""
        lines = httpx.get(f"{self.url}/metrics", timeout=PATIENCE).text.splitlines()
        return int(float(next(line.split()[1] for line in lines if line.startswith("hawker:num_requests_admitted "))))

    def until_taken(self, places: int) -> None:
        """Wait for exactly so many."""
        until(lambda: self.taken, places)

    def until_model_rests(self) -> None:
        until(lambda: self.engine.load.running, 0)


def until(ask: Callable[[], int], wanted: int) -> None:
    """Ask until the answer is the one wanted."""
    deadline = time.monotonic() + PATIENCE
    while (found := ask()) != wanted:
        assert time.monotonic() < deadline, f"it is {found}, not {wanted}"
        time.sleep(0.02)


@contextmanager
def desk_server(settings: Settings) -> Iterator[DeskServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "MeteredHouse", WeightlessHouse)
        app = application.create_app(settings)
        server = uvicorn.Server(server_config(app, settings))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
    house: WeightlessHouse = app.state.house
    try:
        yield DeskServer(f"http://127.0.0.1:{settings.port}", house.model, house)
    finally:
        house.model.go_on.set()
        server.should_exit = True
        thread.join()


class WeightlessHouse(MeteredHouse):
    """A small shop, and rooms that need no weights in the place of those that would open at their first use."""

    def __init__(self, settings: Settings, observer: Observer = NOBODY) -> None:
        super().__init__(settings, observer)
        self.model = WaitingEngine()
        self.store.shop.set_brand(Brand("Fen & Co", support_contact="help@fen.example"))
        self.store.shop.put_documents(PAGES)
        self.__dict__ |= {
            "retrieval": _ClosableSearch(PAGES, []),
            "embedder": WordEmbedder(),
            "page_reader": WordReader(),
            "readers": PlainReaders(),
        }

    def engine(self, language: str) -> Engine:
        return self.model

    def engine_of(self, name: str) -> Engine:
        return self.model


class _ClosableSearch(WordSearch):
    def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class Event:
    """As it was on the wire."""

    id: str
    name: str
    data: Mapping[str, Any]


def read_events(response: httpx.Response) -> Iterator[Event]:
    """As a browser reads them: comments are left out, an empty line ends an event."""
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        name, _, value = line.partition(":")
        if line and name:
            fields[name] = value.removeprefix(" ")
        elif not line and "data" in fields:
            yield Event(fields["id"], fields["event"], json.loads(fields["data"]))
            fields = {}


def main() -> None:
    """`hawker serve`, with as much time for everything as the test takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "MeteredHouse", _ToldByASignal)
        patch.setattr(WarmUp, "_is_warm", lambda warm_up, name: warm_up._states.update({name: WARM}) is None)
        patch.setattr("agent.desk.hearing.PATIENCE", 3600.0)
        patch.setattr("server.graceful.GRACE_SECONDS", 3600.0)
        patch.setattr("server.event_stream.GRACE_SECONDS", 3600.0)
        run_server(load_settings())


class _ToldByASignal(WeightlessHouse):
    def __init__(self, settings: Settings, observer: Observer = NOBODY) -> None:
        super().__init__(settings, observer)
        signal.signal(signal.SIGUSR1, lambda number, frame: self.model.go_on.set())


if __name__ == "__main__":
    main()
