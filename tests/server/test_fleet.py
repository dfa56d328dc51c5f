"""Two web processes on one PostgreSQL and one Chroma server are one Hawker.

Each has a home of its own, with nothing in it that the other would miss; the key file alone is the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.house import House
from agent.refresh import refresh
from core.access import NewKey
from core.settings import load_settings
from tests.chroma import ChromaProcess
from tests.conftest import WEIGHTS
from tests.ports import free_port
from tests.postgresql import PostgresServer
from tests.server.conftest import ANN, ORDER, RETURNS, await_ready, fill

pytestmark = pytest.mark.model
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300
CUSTOMERS = 6
CAMPAIGN = {"name": "spring", "goal": "thank customers", "products": ["LAMP-1"]}


@dataclass(frozen=True)
class Member:
    """One of the web processes."""

    process: subprocess.Popen[bytes]
    http: httpx.Client

    def say(self, message: str, **more: str) -> dict[str, Any]:
        """One chat turn; the whole answer."""
        told = self.http.post("/v1/chat", json={"message": message, **more}).text
        name, _, data = told.strip().replace("\r", "").split("\n\n")[-1].partition("\ndata: ")
        assert name.endswith("event: done"), told
        answer: dict[str, Any] = json.loads(data)
        return answer


@dataclass(frozen=True)
class Fleet:
    """Both processes, and their shop as a third process sees it."""

    members: tuple[Member, Member]
    house: House
    journal: Path

    def written(self) -> dict[int, set[str]]:
        """process id -> the texts that it wrote."""
        texts: dict[int, set[str]] = {}
        for line in self.journal.read_text().splitlines():
            process, text = line.split()
            texts.setdefault(int(process), set()).add(text)
        return texts

    def is_stored(self, text: str) -> bool:
        """Whether the text of this id, `key/index`, is in the database."""
        key, _, index = text.rpartition("/")
        return any(one.index == int(index) for one in self.house.store.generations.find(key))


@pytest.fixture(scope="module")
def fleet(
    postgresql: PostgresServer, chroma: ChromaProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    folder, journal = tmp_path_factory.mktemp("fleet"), tmp_path_factory.mktemp("journal") / "texts"
    journal.touch()
    shared = {"database_url": postgresql.database(), "chroma_url": chroma.url(), "key_file": folder / "data.key"}
    with ExitStack() as stack:
        house = stack.enter_context(House(load_settings(home=folder / "third", models=WEIGHTS, **shared)))
        fill_fleet(house)
        _, secret = house.store.api_keys.create(NewKey("fleet", frozenset({"chat", "emails"})))
        members = [start(stack, folder / name, journal, shared, secret) for name in ("one", "other")]
        for member, name in zip(members, ("one", "other"), strict=True):
            await_ready(str(member.http.base_url), member.process, folder / f"{name}.log")
        yield Fleet((members[0], members[1]), house, journal)


def fill_fleet(house: House) -> None:
    """The shop of these tests, and more customers to write to."""
    ids = [f"c{number}" for number in range(CUSTOMERS - 1)]
    house.store.customers.put([replace(ANN, id=one, email=f"{one}@example.com") for one in ids])
    house.store.orders.put([replace(ORDER, id=f"O-{one}", customer_id=one) for one in ids])
    fill(house)


def start(stack: ExitStack, home: Path, journal: Path, shared: dict[str, Any], secret: str) -> Member:
    port = free_port()
    settings = {"home": home, "models": WEIGHTS, "engine": "scripted", "port": port, **shared}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HAWKER_")}
    environment |= {f"HAWKER_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "tests.server.writing_server", str(journal), "serve"]
    log = stack.enter_context(home.with_suffix(".log").open("wb"))
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.kill)
    headers = {"Authorization": f"Bearer {secret}"}
    url = f"http://127.0.0.1:{port}"
    return Member(process, stack.enter_context(httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_SECONDS)))


def test_one_conversation_is_answered_in_turns(fleet: Fleet) -> None:
    one, other = fleet.members
    first = one.say("Do you sell wedding cakes?", customer="ann")
    assert first["action"] != "answer"
    talk = {"conversation": first["conversation_id"], "customer": "ann"}
    angry, heard = "This is ridiculous, I am furious!", "angry after an answer that did not help"
    second = other.say(angry, **talk)  # which did not give that answer itself
    assert second["reason"] == heard
    assert other.say(angry, customer="ann")["reason"] != heard
    third = one.say("Where is my order?", **talk)
    assert "O-1" in third["answer"]
    turns = fleet.house.store.conversations.turns(first["conversation_id"])
    assert [turn.answer for turn in turns] == [first["answer"], second["answer"], third["answer"]]


def test_what_one_machine_indexes_all_others_answer_from(fleet: Fleet) -> None:
    changed = replace(RETURNS, text="# Returns\n\nYou can return a lamp within 45 days of delivery.")
    fleet.house.store.shop.put_documents([changed])
    refresh(fleet.house)
    for member in fleet.members:
        assert "45 days" in member.say("How many days do I have to return a lamp?")["answer"]
    fleet.house.store.shop.put_documents([RETURNS])
    refresh(fleet.house)


def test_keys_and_a_days_tokens_are_the_fleets(fleet: Fleet) -> None:
    one, other = fleet.members
    key, secret = fleet.house.store.api_keys.create(NewKey("small", frozenset({"completions"}), tokens_per_day=1))
    asked = {"model": "smollm2-135m", "messages": [{"role": "user", "content": "hello there"}]}
    headers = {"Authorization": f"Bearer {secret}"}
    statuses = [
        member.http.post("/v1/chat/completions", json=asked, headers=headers).status_code for member in (one, other)
    ]
    assert statuses == [200, 429]
    fleet.house.store.api_keys.revoke(key.id)
    refused = [member.http.get("/v1/models", headers=headers).status_code for member in (one, other)]
    assert refused == [401, 401]


def test_a_job_outlives_the_process_that_began_it_and_writes_nothing_twice(fleet: Fleet) -> None:
    """The last test of this file: it kills one of the two."""
    order = {"campaign": CAMPAIGN, "per": "recipient"}
    job = fleet.members[0].http.post("/v1/emails", json=order).raise_for_status().json()
    await_that(lambda: any(fleet.is_stored(text) for texts in fleet.written().values() for text in texts))
    (began,) = fleet.written()
    killed = next(member for member in fleet.members if member.process.pid == began)
    (alive,) = (member for member in fleet.members if member is not killed)
    killed.process.kill()
    killed.process.wait()
    kept = {text for text in fleet.written()[began] if fleet.is_stored(text)}

    await_that(lambda: fleet.house.store.jobs.get(job["id"]).status in ("done", "failed"))

    done = alive.http.get(job["url"]).json()
    assert (done["status"], done["result"]["summary"]["failed"]) == ("done", 0)
    assert fleet.house.store.jobs.get(job["id"]).attempts == 2
    assert len(fleet.house.store.drafts.customer_ids("spring")) == CUSTOMERS
    by_the_other = fleet.written()[alive.process.pid]
    assert by_the_other
    assert kept.isdisjoint(by_the_other)


def await_that(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)
