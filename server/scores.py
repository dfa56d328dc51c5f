"""`/v1/customers/{customer_id}/scores`: what kept models foretell of one customer, on what they did a moment ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from core.customer import Event
from core.errors import Conflict
from core.prediction import Prediction
from server.customer_shapes import Moment, Short
from server.customers import CustomerId
from server.deps import OpenHouse
from server.problems import told

router = APIRouter(tags=["customers"])
CLOCKS_APART = timedelta(minutes=5)
"""by which a shop's clock may be ahead of ours"""


class FreshEvent(BaseModel):
    """Something that the customer did and that need not be stored yet."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="view, cart, search, open, click ...")
    at: Moment
    product_id: Short | None = None
    value: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = None
    channel: Short | None = None


class ScoresAsked(BaseModel):
    """Which models, and what is fresh."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"events": [{"kind": "cart", "at": "2026-03-01T09:00:00Z", "product_id": "LAMP-1"}]}
        },
    )

    models: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]] = Field(
        default_factory=list, max_length=20, description="names; default: all that ask about customers"
    )
    events: list[FreshEvent] = Field(default_factory=list, max_length=500, description="counted beside the stored ones")


class ScoresTold(BaseModel):
    """The weightiest reasons stand first; their effects are log odds. `churn` is foretold of buyers alone."""

    customer_id: str
    predictions: list[Prediction]


@router.post("/v1/customers/{customer_id}/scores", responses=told(404, 409))
def score_customer(customer_id: CustomerId, asked: ScoresAsked, house: OpenHouse) -> ScoresTold:
    """Score one customer now. Nothing is stored; who has left no trace yet has no predictions."""
    now = datetime.now(UTC)
    fresh = [_event(customer_id, event, place, now) for place, event in enumerate(asked.events)]
    found = house.customer_scores.of(customer_id, now, fresh, tuple(asked.models))
    return ScoresTold(customer_id=customer_id, predictions=list(found))


def _event(customer_id: str, told_of: FreshEvent, place: int, now: datetime) -> Event:
    at = datetime.fromisoformat(told_of.at).astimezone(UTC)
    if at > now + CLOCKS_APART:
        raise Conflict(f"events[{place}].at", told_of.at, "a time that has passed", "send it when it has happened")
    return Event(customer_id, told_of.kind, min(at, now), told_of.product_id, told_of.value, told_of.channel)
