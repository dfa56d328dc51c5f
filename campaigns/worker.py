"""Working jobs off: a loop over the lease table, kind -> handler, in a thread of whoever serves.

A handler is told how to report progress, which also renews its lease. What it raises ends the job: a mistake of the
asker with its line, anything else likewise. Where the engine died under it the job is tried again, on the next engine.
A worker that stops hands its job back, one that dies leaves it to lapse.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

import structlog

from agent.house import House
from campaigns.generation import Summary, generate_drafts
from campaigns.spec import parse_campaign
from core.errors import EngineFailed, HawkerError
from core.plain import plain
from store.job import Job
from store.jobs import MAX_ATTEMPTS, LeaseLost

EMAILS = "emails"
LEASE_SECONDS = 120.0
"""longer than loading a model and writing one batch takes on a slow machine"""
PAUSE_SECONDS = 0.5
ENGINE_PAUSE_SECONDS = 5.0
"""after an engine died, before the job is tried again"""

Report = Callable[[int, int], None]


class Handler(Protocol):
    """Does one job's work from its payload and returns its result as plain values."""

    def __call__(self, house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]: ...


def write_campaign(house: House, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
    """The drafts of one campaign; goes on where an earlier attempt ended."""
    spec, summary = parse_campaign(payload["campaign"]), Summary()
    drafts = generate_drafts(
        house,
        spec,
        summary,
        per=payload.get("per", "context"),
        limit=payload.get("limit"),
        resume=True,
        on_progress=lambda now: report(now.done, now.total),
    )
    written = sum(1 for _ in drafts)
    return {"campaign": spec.name, "drafts": written, "summary": plain(summary)}


HANDLERS: Mapping[str, Handler] = {EMAILS: write_campaign}


class Worker:
    """One thread that claims and works off jobs until it is stopped."""

    def __init__(self, house: House, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        self._house, self._handlers = house, handlers
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="hawker-worker", daemon=True)
        self._log = structlog.get_logger("worker")

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float) -> bool:
        """Stop after the batch in hand and hand the job back. False where that takes longer than `patience` seconds.

        Whoever cannot wait stops the house's engines: the batch then ends, and the job is handed back all the same.
        """
        self._stopping.set()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def work_off_one(self) -> bool:
        """Claim and do one job; False where none waits."""
        job = self._house.store.jobs.claim(list(self._handlers), LEASE_SECONDS)
        if job is None:
            return False
        try:
            result = self._handlers[job.kind](self._house, job.payload, partial(self._report, job))
            self._house.store.jobs.finish(job, result)
        except Exception as error:
            self._end(job, error)
        return True

    def _end(self, job: Job, error: Exception) -> None:
        jobs = self._house.store.jobs
        if isinstance(error, LeaseLost):
            self._log.info("job no longer held: another worker has it, or it was cancelled", job=job.id)
        elif self._stopping.is_set():
            # Whatever it was, most likely it came of stopping; the next worker sees what is left of it.
            jobs.hand_back(job)
            self._log.info("job handed back", job=job.id)
        elif isinstance(error, EngineFailed) and job.attempts < MAX_ATTEMPTS:
            self._log.warning("job is tried again, its engine failed", job=job.id, attempt=job.attempts)
            self._stopping.wait(ENGINE_PAUSE_SECONDS)
            jobs.hand_back(job, in_order=False)
        elif isinstance(error, HawkerError):
            jobs.fail(job, str(error))
        else:
            # The cause goes to the log by type only: its message may quote customer data.
            self._log.error("job failed", job=job.id, error=type(error).__name__)
            jobs.fail(job, f"internal error: {type(error).__name__}")

    def _report(self, job: Job, done: int, total: int) -> None:
        self._house.store.jobs.progress(job, done, total)
        if self._stopping.is_set():
            raise _Stopped

    def _loop(self) -> None:
        while not self._stopping.is_set():
            if not self._worked():
                self._stopping.wait(PAUSE_SECONDS)

    def _worked(self) -> bool:
        """Whether a job was done. A database that is away for a while does not end the loop."""
        try:
            return self.work_off_one()
        except HawkerError as error:
            self._log.warning("jobs cannot be read", error=type(error).__name__)
            return False


class _Stopped(Exception):
    """The server is going down."""
