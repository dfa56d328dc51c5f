"""`POST /v1/emails` starts a job that writes a campaign's drafts; `GET /v1/emails/{campaign}` tells what is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from campaigns.spec import CampaignSpec
from campaigns.worker import EMAILS
from core.errors import NotFound
from core.mail import EmailDraft
from server.deps import LetIn, OpenHouse
from server.metering import PAYER
from server.paging import Limit, Offset
from server.problems import told
from server.whole_numbers import Count
from store.job import Status

router = APIRouter(tags=["emails"])
EXAMPLE: dict[str, JsonValue] = {
    "campaign": {
        "name": "winback",
        "goal": "win back customers who went quiet",
        "audience": {"segments": ["hibernating", "at-risk"]},
        "offer": "free shipping until Sunday",
    }
}


class EmailOrder(BaseModel):
    """A campaign to write."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    campaign: CampaignSpec
    per: Literal["context", "recipient"] = Field(
        "context", description="recipients whose contexts are equal share a text, or each has their own"
    )
    limit: Count | None = Field(None, description="how many recipients at most")


@dataclass(frozen=True, slots=True)
class OrderedJob:
    """Where to ask how far it is."""

    id: str
    status: Status
    url: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`total` counts all that are written."""

    total: int
    drafts: list[EmailDraft]


@router.post("/v1/emails", status_code=202)
def order_emails(order: EmailOrder, house: OpenHouse, caller: LetIn) -> OrderedJob:
    """Put the campaign in the queue. The same order again is the same job: a second click sends nothing twice."""
    payload = order.model_dump(mode="json") | {PAYER: caller.payer}
    job = house.store.jobs.add(EMAILS, payload, key=_key(order))
    return OrderedJob(job.id, job.status, f"/v1/jobs/{job.id}")


@router.get("/v1/emails/{campaign}", responses=told(404))
def list_drafts(
    campaign: Annotated[str, Path(examples=["winback"])], house: OpenHouse, offset: Offset = 0, limit: Limit = 100
) -> DraftPage:
    """The drafts of a campaign that are written so far, by customer id."""
    ids = sorted(house.store.drafts.customer_ids(campaign))
    if not ids:
        raise NotFound("campaign", campaign, "a campaign with drafts", "order it by POST /v1/emails first")
    found = (house.store.drafts.get(campaign, one) for one in ids[offset : offset + limit])
    return DraftPage(len(ids), [draft for draft in found if draft is not None])


def _key(order: EmailOrder) -> str:
    """Equal orders have equal keys."""
    return f"{order.campaign.name}/{hashlib.sha256(order.model_dump_json().encode()).hexdigest()[:16]}"
