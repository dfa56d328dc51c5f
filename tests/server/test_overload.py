"""More requests than there are places: real HTTP, a model that waits until the test has looked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from core.settings import Settings, load_settings
from engine.shelf import Manifest
from server.refusals import LATEST_SECONDS, SOONEST_SECONDS
from tests.agent.conftest import PlainReaders
from tests.server.conftest import free_port
from tests.server.desk_server import ASKED, PATIENCE, DeskServer, Event, desk_server, read_events, until

pytestmark = pytest.mark.usefixtures("cold", "unhurried")
Open = Callable[..., DeskServer]


@pytest.fixture
def open_desk(home: Settings) -> Iterator[Open]:
    """`open_desk(max_waiting=1, ...)`: a running server with these settings."""
    with ExitStack() as stack:

        def start(**changed: object) -> DeskServer:
            settings = load_settings(engine="scripted", port=free_port(), **changed)
            return stack.enter_context(desk_server(settings))

        yield start


@contextmanager
def chatting(desk: DeskServer) -> Iterator[Iterator[Event]]:
    with httpx.stream("POST", f"{desk.url}/v1/chat", json=ASKED, timeout=PATIENCE) as response:
        assert response.status_code == 200
        yield read_events(response)


def hear(events: Iterator[Event], name: str) -> Event:
    return next(event for event in events if event.name == name)


def test_of_200_chats_at_once_exactly_32_are_admitted(open_desk: Open) -> None:
    desk = open_desk(chats_at_once=4)
    answers, refusals = anyio.run(_crowd, desk)
    assert len(answers) == 32
    assert {answer.text.count("event: done") for answer in answers} == {1}
    assert len(refusals) == 168
    waits = {int(refusal.headers["Retry-After"]) for refusal in refusals}
    assert waits <= set(range(SOONEST_SECONDS, LATEST_SECONDS + 1))
    assert len(waits) > 1
    told = refusals[0].json()["error"]
    assert told["type"] == "rate_limit_error"
    assert told["message"].startswith("all 32 places are taken; try again in ")
    desk.until_taken(0)


async def _crowd(desk: DeskServer) -> tuple[list[httpx.Response], list[httpx.Response]]:
    """200 chats begun together. The model goes on when all the others were refused and probes were answered."""
    answers: list[httpx.Response] = []
    refusals: list[httpx.Response] = []
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=desk.url, limits=limits, timeout=PATIENCE) as client:

        async def chat() -> None:
            response = await client.post("/v1/chat", json=ASKED)
            (refusals if response.status_code == 429 else answers).append(response)

        async with anyio.create_task_group() as tasks:
            for _ in range(200):
                tasks.start_soon(chat)
            while len(refusals) < 168:
                await anyio.sleep(0.05)
            assert (await client.get("/livez")).status_code == 200
            assert (await client.get("/readyz")).json()["parts"]["database"] == "answers"
            assert "hawker:num_requests_admitted 32.0" in (await client.get("/metrics")).text
            desk.engine.go_on.set()
    return answers, refusals


def test_30_clients_that_drop_in_mid_stream_free_their_places_and_their_model(open_desk: Open) -> None:
    desk = open_desk(chats_at_once=32)
    together = threading.Barrier(30)

    def drop() -> None:
        with chatting(desk) as events:
            hear(events, "sentence")
            together.wait(PATIENCE)

    with ThreadPoolExecutor(30) as clients:
        for dropped in [clients.submit(drop) for _ in range(30)]:
            dropped.result()
    desk.until_taken(0)
    desk.until_model_rests()
    until(desk.house.store.generations.count, 30)
    assert not desk.engine.go_on.is_set()


def test_one_who_leaves_before_a_thread_was_free_is_told_so_when_they_come_back(open_desk: Open) -> None:
    desk = open_desk(max_waiting=2, chats_at_once=1)
    with chatting(desk) as first:
        hear(first, "sentence")
        with chatting(desk) as second:
            turn = next(second).data["turn"]
        desk.until_taken(1)
        again = httpx.get(f"{desk.url}/v1/chat/turns/{turn}", timeout=PATIENCE)
        assert "the connection was lost before the question was looked at" in again.text
        desk.engine.go_on.set()
        assert hear(first, "done")


class StuckReaders(PlainReaders):
    """Reading a message takes until the test says so."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def intent(self, text: str):  # type: ignore[no-untyped-def]
        assert self.go_on.wait(PATIENCE)
        return super().intent(text)


def test_a_chat_whose_time_is_up_is_quoted_and_one_that_nobody_looked_at_is_told_so(open_desk: Open) -> None:
    desk = open_desk(chat_seconds=0.5, chats_at_once=1)
    readers = desk.house.__dict__["readers"] = StuckReaders()
    with chatting(desk) as first:
        assert [next(first).data["stage"] for _ in range(2)] == ["waiting", "understanding"]
        with chatting(desk) as second:
            assert hear(second, "error").data["type"] == "NotInTime"
        readers.go_on.set()
        done = hear(first, "done").data
    assert desk.engine.history == []
    assert "in_time" in done["reason"]
    assert done["action"] == "answer"


def test_every_route_that_generates_needs_a_place_until_its_last_byte(open_desk: Open, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "smollm2-135m"
    folder.mkdir(parents=True)
    Manifest("smollm2-135m", "language", "test", "Apache-2.0", ("en",), "", {}).write(folder)
    desk = open_desk(max_waiting=1, models=tmp_path / "models")
    asked = {"model": "smollm2-135m", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    with _streaming(desk, asked) as stream:
        lines = stream.iter_lines()
        next(lines)
        for path, body in (("chat", ASKED), ("copy", {}), ("chat/completions", asked)):
            assert httpx.post(f"{desk.url}/v1/{path}", json=body, timeout=PATIENCE).status_code == 429
        assert httpx.get(f"{desk.url}/v1/shop", timeout=PATIENCE).status_code == 200
        desk.engine.go_on.set()
        assert [line for line in lines if line][-1] == "data: [DONE]"
    desk.until_taken(0)
    assert httpx.post(f"{desk.url}/v1/chat", json=ASKED, timeout=PATIENCE).status_code == 200


def _streaming(desk: DeskServer, asked: object) -> AbstractContextManager[httpx.Response]:
    return httpx.stream("POST", f"{desk.url}/v1/chat/completions", json=asked, timeout=PATIENCE)


def test_a_request_that_is_refused_gives_its_place_back(open_desk: Open) -> None:
    desk = open_desk(max_waiting=1)
    for _ in range(3):
        assert httpx.post(f"{desk.url}/v1/chat", json={}, timeout=PATIENCE).status_code == 422
        assert httpx.post(f"{desk.url}/v1/chat", content=b"{", timeout=PATIENCE).status_code == 422
    assert desk.taken == 0
