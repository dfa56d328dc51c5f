"""A job as it stands in the lease table. Knows nothing of claims and of who works it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from store.tables.work import JobRow

Status = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `fence` and `lease_until` are those of the claim that returned it."""

    id: str
    kind: str
    key: str
    payload: Mapping[str, Any]
    status: Status
    fence: int
    attempts: int
    lease_seconds: float | None
    lease_until: datetime | None
    done: int
    total: int
    result: Mapping[str, Any] | None
    error: str | None
    created: datetime

    @property
    def ended(self) -> bool:
        """Whether nobody will work on it any more."""
        return self.status not in ("waiting", "running")


def job_from(row: JobRow) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        status=cast("Status", row.status),
        fence=row.fence,
        attempts=row.attempts,
        lease_seconds=row.lease_seconds,
        lease_until=row.lease_until,
        done=row.done,
        total=row.total,
        result=row.result,
        error=row.error,
        created=row.created,
    )
