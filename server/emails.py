"""`POST /v1/emails` starts a job that writes a campaign's drafts; `GET /v1/jobs/{id}` tells how far it is."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from campaigns.spec import CampaignSpec
from campaigns.worker import EMAILS
from core.errors import NotFound
from core.plain import plain
from server.deps import LetIn, OpenHouse
from server.metering import PAYER

router = APIRouter(tags=["emails"])


class EmailOrder(BaseModel):
    """A campaign to write."""

    model_config = ConfigDict(extra="forbid")

    campaign: CampaignSpec
    per: Literal["context", "recipient"] = "context"
    limit: int | None = Field(None, ge=1)


@router.post("/v1/emails", status_code=202)
def order_emails(order: EmailOrder, house: OpenHouse, caller: LetIn) -> dict[str, Any]:
    """Put the campaign in the queue. The same order again is the same job: a second click sends nothing twice."""
    payload = order.model_dump(mode="json") | {PAYER: caller.payer}
    job = house.store.jobs.add(EMAILS, payload, key=_key(order))
    return {"id": job.id, "status": job.status, "url": f"/v1/jobs/{job.id}"}


@router.get("/v1/emails/{campaign}")
def drafts(campaign: str, house: OpenHouse, offset: int = 0, limit: int = 100) -> dict[str, Any]:
    """The drafts of a campaign that are written so far, by customer id."""
    ids = sorted(house.store.drafts.customer_ids(campaign))
    if not ids:
        raise NotFound("campaign", campaign, "a campaign with drafts", "order it by POST /v1/emails first")
    found = (house.store.drafts.get(campaign, one) for one in ids[offset : offset + limit])
    return {"total": len(ids), "drafts": [plain(draft) for draft in found if draft is not None]}


@router.get("/v1/jobs/{job_id}")
def job(job_id: str, house: OpenHouse) -> dict[str, Any]:
    """Status (`waiting`, `running`, `done`, `failed`), progress, and the result or the error."""
    found = house.store.jobs.get(job_id)
    shown = ("id", "kind", "status", "done", "total", "result", "error")
    return {name: plain(getattr(found, name)) for name in shown}


def _key(order: EmailOrder) -> str:
    """Equal orders have equal keys."""
    return f"{order.campaign.name}/{hashlib.sha256(order.model_dump_json().encode()).hexdigest()[:16]}"
