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
