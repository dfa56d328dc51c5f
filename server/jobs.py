"""`/v1/jobs`: work that outlives the request that ordered it: listed, told, followed as events, cancelled.

The events tell the state in the database, so that a client who was away misses nothing: it comes back with the id of
the last event that it heard, to whichever process, and is told what is different now.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Path, Response
from fastapi.concurrency import run_in_threadpool
from sse_starlette import EventSourceResponse, ServerSentEvent

from agent.house import House
from core.errors import HawkerError
from server.deps import OpenHouse, WayDown
from server.draining import Drain
from server.paging import Limit, Offset
from server.problems import told
from store.job import Job, Status

router = APIRouter(tags=["jobs"])
LOOK_SECONDS = 0.5
EVENTS: Mapping[Status, str] = {"done": "done", "failed": "error", "cancelled": "cancelled"}
"""how a job ended -> the name of its last event; before that all are `progress`"""
EXAMPLE = """id: running-1-12-40
event: progress
data: {"status": "running", "done": 12, "total": 40}

"""
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"example": EXAMPLE}}},
    204: {"description": "It has ended, and its end was heard: there is nothing to come back for."},
}
JobId = Annotated[str, Path(examples=["5f0c2b7e9d3a4c1f8e6b7a9d0c1e2f34"])]


@dataclass(frozen=True, slots=True)
class JobTold:
    """`done` of `total` recipients have their draft; `total` is 0 until they are counted."""

    id: str
    kind: str
    status: Status
    done: int
    total: int
    result: dict[str, Any] | None
    error: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class JobPage:
    """`total` counts all that were ever ordered."""

    total: int
    jobs: list[JobTold]


@router.get("/v1/jobs")
def list_jobs(house: OpenHouse, offset: Offset = 0, limit: Limit = 50) -> JobPage:
    """Jobs, the newest first."""
    jobs = house.store.jobs
    return JobPage(jobs.count(), [_told(job) for job in jobs.page(offset, limit)])


@router.get("/v1/jobs/{job_id}", responses=told(404))
def get_job(job_id: JobId, house: OpenHouse) -> JobTold:
    """Status (`waiting`, `running`, `done`, `failed`, `cancelled`), progress, and the result or the error."""
    return _told(house.store.jobs.get(job_id))


@router.post("/v1/jobs/{job_id}/cancel", responses=told(404, 409))
def cancel_job(job_id: JobId, house: OpenHouse) -> JobTold:
    """End a job that waits or runs. The batch that is being written is finished; its drafts stay, and the same order
    again goes on from them."""
    return _told(house.store.jobs.cancel(job_id))


@router.get(
    "/v1/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses=STREAM | told(404),
)
async def follow_job(
    job_id: JobId,
    house: OpenHouse,
    way_down: WayDown,
    last_event_id: Annotated[str | None, Header(description="of the last event that was heard, to go on from")] = None,
) -> Response:
    """The job's progress as server-sent events: `progress` at each step, then `done`, `error` or `cancelled`."""
    job = await run_in_threadpool(house.store.jobs.get, job_id)
    if job.ended and last_event_id == _mark(job):
        return Response(status_code=204)
    return EventSourceResponse(_events(house, job, last_event_id, way_down))


async def _events(house: House, job: Job, heard: str | None, way_down: Drain) -> AsyncIterator[ServerSentEvent]:
    """Ends with the job, or where the server stops: the client comes back by itself, to another one."""
    with suppress(HawkerError):
        while True:
            if _mark(job) != heard:
                yield _event(job)
                heard = _mark(job)
            if job.ended or way_down.stopping:
                return
            await anyio.sleep(LOOK_SECONDS)
            job = await run_in_threadpool(house.store.jobs.get, job.id)


def _event(job: Job) -> ServerSentEvent:
    news: dict[str, Any] = {"status": job.status, "done": job.done, "total": job.total}
    if job.status == "done":
        news["result"] = job.result
    if job.status == "failed":
        news["message"] = job.error
    name = EVENTS.get(job.status, "progress")
    return ServerSentEvent(json.dumps(news, ensure_ascii=False), event=name, id=_mark(job))


def _mark(job: Job) -> str:
    """One state of a job, as the id of the event that tells it."""
    return f"{job.status}-{job.fence}-{job.done}-{job.total}"


def _told(job: Job) -> JobTold:
    result = None if job.result is None else dict(job.result)
    return JobTold(job.id, job.kind, job.status, job.done, job.total, result, job.error, job.created)
