"""Jobs over HTTP: listed, followed as events that go on where they were left, cancelled."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Client, Response

from agent.house import House
from campaigns import worker
from campaigns.worker import EMAILS, Report
from core.settings import Settings, load_settings
from server import app as application
from server.app import create_app

ORDER = {"campaign": {"name": "spring", "goal": "thank customers"}}
PATIENCE = 60


class Gate:
    """A job that does its steps when the test says so."""

    def __init__(self) -> None:
        self.go, self.ended = threading.Semaphore(0), threading.Event()

    def work(self, house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
        try:
            for done in range(3):
                report(done, 2)
                assert self.go.acquire(timeout=PATIENCE)
            return {"drafts": 2}
        finally:
            self.ended.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setattr(application, "HANDLERS", {EMAILS: made.work})
    return made


@pytest.fixture
def client(home: Settings, cold: None, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.05)
    settings = load_settings(engine="scripted")
    with TestClient(create_app(settings), "http://localhost", client=("127.0.0.1", 50000)) as opened:
        yield opened
        gate.go.release(10)


def events(response: Response) -> list[dict[str, Any]]:
    """The id, name and data of each event."""
    blocks = [block.splitlines() for block in response.text.replace("\r\n", "\n").split("\n\n") if "data:" in block]
    fields = [dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks]
    return [{**one, "data": json.loads(one["data"])} for one in fields]


def follow(client: Client, job_id: str, heard: str | None = None) -> Response:
    return client.get(f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": heard} if heard else {})


def test_a_job_is_followed_to_its_end_and_taken_up_again(client: TestClient, gate: Gate) -> None:
    job = client.post("/v1/emails", json=ORDER).json()
    gate.go.release(3)
    told = events(follow(client, job["id"]))
    assert (told[-1]["event"], told[-1]["data"]) == (
        "done",
        {"status": "done", "done": 2, "total": 2, "result": {"drafts": 2}},
    )
    assert {one["event"] for one in told[:-1]} <= {"progress"}
    last = told[-1]["id"]
    assert follow(client, job["id"], last).status_code == 204
    assert [one["id"] for one in events(follow(client, job["id"], "running-1-1-2"))] == [last]
    assert follow(client, "none").status_code == 404


def test_a_cancelled_job_stops_and_the_same_order_takes_it_up(client: TestClient, gate: Gate) -> None:
    job = client.post("/v1/emails", json=ORDER).json()
    cancelled = client.post(f"/v1/jobs/{job['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert events(follow(client, job["id"]))[-1]["event"] == "cancelled"
    assert client.post(f"/v1/jobs/{job['id']}/cancel").status_code == 409
    gate.go.release(6)
    again = client.post("/v1/emails", json=ORDER).json()
    assert again["id"] == job["id"]
    assert events(follow(client, job["id"]))[-1]["event"] == "done"
    assert gate.ended.is_set()


def test_jobs_are_listed_newest_first(client: TestClient, gate: Gate) -> None:
    first = client.post("/v1/emails", json=ORDER).json()["id"]
    second = client.post("/v1/emails", json={**ORDER, "limit": 1}).json()["id"]
    page = client.get("/v1/jobs").json()
    assert (page["total"], [job["id"] for job in page["jobs"]]) == (2, [second, first])
    assert [job["id"] for job in client.get("/v1/jobs", params={"offset": 1}).json()["jobs"]] == [first]
    assert "payload" not in page["jobs"][0]
