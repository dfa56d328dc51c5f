"""Durable work as a lease table: a job is claimed by one worker at a time, and outlives any worker's death.

A claim lasts `lease_seconds` and is renewed by `heartbeat`. A worker that stalls past its lease loses the job to
another one; its fencing token (Kleppmann, "How to do distributed locking", 2016) is then old, and whatever it still
reports is refused. Knows nothing of what the jobs do: the loop that works them off is elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, HawkerError, NotFound
from store.database import Database
from store.job import Job, job_from
from store.tables.work import JobRow

MAX_ATTEMPTS = 5
"""how often a job may take its worker down before it is given up"""


class LeaseLost(HawkerError):
    """Another worker has this job now, or it was cancelled; stop working on it and report nothing."""


def now_in_utc() -> datetime:
    """What the machine's clock says. Clocks of a fleet may differ by seconds, for leases last minutes."""
    return datetime.now(UTC)


class JobTable:
    """The repository behind `Store.jobs`."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now_in_utc) -> None:
        self._database = database
        self._now = clock

    def add(self, kind: str, payload: Mapping[str, Any], key: str) -> Job:
        """A waiting job; where one of this kind and key was added before, that one, however far it has come.

        One that was cancelled waits again: whoever orders anew has changed their mind.
        """
        fresh: dict[str, Any] = {
            "id": uuid.uuid4().hex,
            "kind": kind,
            "key": key,
            "payload": dict(payload),
            "status": "waiting",
            "fence": 0,
            "attempts": 0,
            "done": 0,
            "total": 0,
            "created": self._now(),
        }
        with self._database.write() as session:
            self._database.insert_new(session, JobRow, [fresh])
            same = and_(JobRow.kind == kind, JobRow.key == key)
            cancelled = update(JobRow).where(same, JobRow.status == "cancelled")
            session.execute(cancelled.values(status="waiting", attempts=0, finished=None))
            row = session.scalars(select(JobRow).where(same)).one()
            return job_from(row)

    def claim(self, kinds: Sequence[str], lease_seconds: float) -> Job | None:
        """The oldest job of `kinds` that waits or whose lease ran out, now this worker's; None if there is none."""
        now = self._now()
        expired = and_(JobRow.status == "running", JobRow.lease_until < now)
        with self._database.write() as session:
            self._give_up(session, expired)
            # One statement chooses and takes. SQLite holds the write lock since BEGIN IMMEDIATE; PostgreSQL skips
            # rows that others are taking (SQLite's dialect leaves FOR UPDATE away).
            chosen = select(JobRow.id).where(JobRow.kind.in_(kinds), or_(JobRow.status == "waiting", expired))
            chosen = chosen.order_by(JobRow.created, JobRow.id).limit(1).with_for_update(skip_locked=True)
            taken = update(JobRow).where(JobRow.id == chosen.scalar_subquery())
            taken = taken.values(
                status="running",
                fence=JobRow.fence + 1,
                attempts=JobRow.attempts + 1,
                lease_seconds=lease_seconds,
                lease_until=now + timedelta(seconds=lease_seconds),
            )
            row = session.scalars(taken.returning(JobRow)).first()
            return None if row is None else job_from(row)

    def heartbeat(self, job: Job) -> Job:
        """The job with its lease begun anew. Raises `LeaseLost`."""
        until = self._now() + timedelta(seconds=job.lease_seconds or 0)
        self._write(job, lease_until=until)
        return replace(job, lease_until=until)

    def progress(self, job: Job, done: int, total: int) -> Job:
        """`done` of `total` parts are finished; renews the lease too. Raises `LeaseLost`."""
        until = self._now() + timedelta(seconds=job.lease_seconds or 0)
        self._write(job, done=done, total=total, lease_until=until)
        return replace(job, done=done, total=total, lease_until=until)

    def finish(self, job: Job, result: Mapping[str, Any]) -> None:
        """The job is done, for good. Raises `LeaseLost`."""
        self._write(job, status="done", result=dict(result), lease_until=None, finished=self._now())

    def fail(self, job: Job, error: str) -> None:
        """The job cannot be done, and will not be tried again. Raises `LeaseLost`."""
        self._write(job, status="failed", error=error, lease_until=None, finished=self._now())

    def hand_back(self, job: Job, in_order: bool = True) -> None:
        """The job waits again at once, for whoever comes next: a worker that leaves in order takes no attempt away.
        Not `in_order`: the attempt counts, for this job may be what broke it.

        Raises `LeaseLost`.
        """
        self._write(job, status="waiting", lease_until=None, attempts=job.attempts - in_order)

    def cancel(self, job_id: str) -> Job:
        """End a job that waits or runs; its worker hears of it when it next reports, and stops.

        Raises `NotFound`, and `Conflict` where it has ended already.
        """
        going = update(JobRow).where(JobRow.id == job_id, JobRow.status.in_(("waiting", "running")))
        ended = going.values(status="cancelled", lease_until=None, finished=self._now())
        with self._database.write() as session:
            row = session.scalars(ended.returning(JobRow)).first()
        if row is not None:
            return job_from(row)
        raise Conflict("job", self.get(job_id).status, "one that waits or runs", "order anew what you need")

    def page(self, offset: int, limit: int) -> list[Job]:
        """Newest first."""
        newest = select(JobRow).order_by(JobRow.created.desc(), JobRow.id).offset(offset).limit(limit)
        with self._database.read() as session:
            return [job_from(row) for row in session.scalars(newest)]

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(JobRow)) or 0

    def get(self, job_id: str) -> Job:
        """Raises `NotFound`."""
        with self._database.read() as session:
            row = session.get(JobRow, job_id)
        if row is None:
            raise NotFound("job", job_id, "the id of a job that was added")
        return job_from(row)

    def _write(self, job: Job, **values: Any) -> None:
        held = update(JobRow).where(JobRow.id == job.id, JobRow.fence == job.fence, JobRow.status == "running")
        with self._database.write() as session:
            if session.execute(held.values(**values).returning(JobRow.id)).first() is None:
                raise LeaseLost(f"job {job.id} ({job.kind}) is no longer held by claim {job.fence}")

    def _give_up(self, session: Session, expired: Any) -> None:
        hopeless = update(JobRow).where(expired, JobRow.attempts >= MAX_ATTEMPTS)
        error = f"given up: {MAX_ATTEMPTS} workers stopped while at it"
        session.execute(hopeless.values(status="failed", error=error, lease_until=None, finished=self._now()))
