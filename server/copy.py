"""`POST /v1/copy`: advertising copy, the same as `hawker copy`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from agent.briefs import parse_brief
from agent.copywriter import write_copy
from core.copy import CopyRequest, CopyResult
from server.deps import OpenHouse
from server.problems import told
from server.whole_numbers import AS_IN_JSON

router = APIRouter(tags=["copy"])
Number = Annotated[int, Field(strict=True, ge=1, le=20), AS_IN_JSON]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**31), AS_IN_JSON]


class CopyOrder(BaseModel):
    """What a copywriter asks for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"product": "TENT-2", "channel": "meta-feed", "segment": "bargain-hunters"}},
    )

    product: str = Field(description="product id")
    channel: str = Field(description="google-rsa, meta-feed, xiaohongshu, sms ...")
    brief: dict[str, Any] = Field(default_factory=dict, description="offer, key_message, keywords, must_say ...")
    segment: str | None = None
    customer: str | None = None
    lang: Literal["en", "zh"] = "en"
    tone: str = ""
    n: Number = 5
    seed: Seed = 0


@router.post("/v1/copy", responses=told(404, 409))
def order_copy(order: CopyOrder, house: OpenHouse) -> CopyResult:
    """Variants that fit the channel and state only true facts, ranked, with what was dropped and why."""
    request = CopyRequest(
        product_id=order.product,
        channel=order.channel,
        brief=parse_brief(order.brief),
        segment=order.segment,
        customer_id=order.customer,
        language=order.lang,
        tone=order.tone,
        count=order.n,
        seed=order.seed,
    )
    return write_copy(house, request)
