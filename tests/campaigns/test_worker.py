"""A worker that stops hands its job back, so that the next one has it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from agent.house import House
from campaigns.worker import Report, Worker
from core.errors import EngineFailed, UserError
from core.settings import Settings
from store.jobs import MAX_ATTEMPTS

PATIENCE = 60


def worked(home: Settings, handler: Callable[[threading.Event, Report], None]) -> House:
    """The house after a worker was stopped while at its only job. `handler` gets an event that is set by then."""
    begun, stopped = threading.Event(), threading.Event()

    def handle(house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
        begun.set()
        handler(stopped, report)
        return {}

    house = House(home)
    house.store.jobs.add("test", {}, "1")
    worker = Worker(house, {"test": handle})
    worker.start()
    assert begun.wait(PATIENCE)
    assert not worker.stop(0)
    stopped.set()
    assert worker.stop(PATIENCE)
    return house


def report_after(stopped: threading.Event, report: Report) -> None:
    assert stopped.wait(PATIENCE)
    report(1, 2)


def fail_after(stopped: threading.Event, report: Report) -> None:
    assert stopped.wait(PATIENCE)
    raise EngineFailed("the engine was closed")


@pytest.mark.parametrize("handler", [report_after, fail_after])
def test_a_stopped_worker_hands_its_job_back(
    home: Settings, handler: Callable[[threading.Event, Report], None]
) -> None:
    with worked(home, handler) as house:
        again = house.store.jobs.claim(["test"], 60)
        assert again is not None
        assert (again.attempts, again.fence) == (1, 2)


def test_a_job_that_fails_by_itself_stays_failed(home: Settings) -> None:
    def refuse(house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
        raise UserError("campaign", "x", "a good one")

    with House(home) as house:
        job = house.store.jobs.add("test", {}, "1")
        assert Worker(house, {"test": refuse}).work_off_one()
        assert house.store.jobs.get(job.id).status == "failed"


def test_a_job_is_tried_again_when_its_engine_died_and_given_up_in_the_end(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.worker.ENGINE_PAUSE_SECONDS", 0.0)
    tries: list[str] = []

    def die(house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
        tries.append("tried")
        if len(tries) < payload["deaths"] + 1:
            raise EngineFailed("the engine process died")
        return {}

    with House(home) as house:
        once = house.store.jobs.add("test", {"deaths": 1}, "1")
        worker = Worker(house, {"test": die})
        while worker.work_off_one():
            pass
        assert house.store.jobs.get(once.id).status == "done"
        tries.clear()
        always = house.store.jobs.add("test", {"deaths": 100}, "2")
        while worker.work_off_one():
            pass
        failed = house.store.jobs.get(always.id)
        assert (failed.status, failed.error, len(tries)) == ("failed", "the engine process died", MAX_ATTEMPTS)
