"""What the prompts are conditioned on: whatever else becomes known of two customers, their context stays one."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from campaigns.audience import Recipient
from campaigns.contexts import address, context_hash
from campaigns.spec import parse_campaign
from core.customer import Consent, Customer, CustomerProfile
from core.habits import Mood, Share
from core.prediction import Prediction
from core.shop import Product
from insight.customers.visible import FIELDS, Task, visible

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BARE = CustomerProfile("ann", "en", "loyal", ("tents",), "middle", "positive", last_product_name="Tent")
KNOWN = replace(
    BARE,
    customer_id="bob",
    order_count=9,
    total_spent=Decimal("9.50"),
    days_since_order=3,
    last_product_id="T",
    as_of=NOON,
    tenure_days=400,
    rfm=(5, 5, 5),
    favourite_brands=("Fen",),
    channels=(Share("web", 1, 1.0),),
    dayparts=(Share("night", 1, 1.0),),
    weekdays=(Share("Monday", 1, 1.0),),
    moods=(Mood("2026-04", "reviews", 1.0, 1),),
    topics=(Share("refund", 1, 1.0),),
    loyalty=0.9,
    satisfaction=0.8,
    consents=(Consent("email", True, NOON, "checkout"),),
    cluster="hikers",
    predictions=(Prediction("churn", 0.9, "probability", NOON, "churn@1"),),
)


def test_what_else_is_known_of_a_customer_splits_no_context() -> None:
    changed = {field.name for field in fields(BARE) if getattr(BARE, field.name) != getattr(KNOWN, field.name)}
    seen = {name for task in FIELDS.values() for name in task}
    assert changed == {field.name for field in fields(BARE)} - seen, "say of a new field whether a task sees it"
    spec = parse_campaign({"name": "spring", "goal": "say hello", "products": ["T"]})
    people = [Recipient(Customer(one.customer_id, "Ann"), one, "en") for one in (BARE, KNOWN)]
    addressed, _ = address(spec, people, lambda profile: Product("T", name={"en": "Tent"}), "context")
    assert len({context_hash(one.context) for one in addressed}) == 1
    assert addressed[0].slots == addressed[1].slots


@pytest.mark.parametrize("task", FIELDS)
def test_a_task_sees_its_fields_and_nobody(task: Task) -> None:
    assert visible(BARE, task) == visible(KNOWN, task)
    assert visible(KNOWN, task).customer_id == ""
    other = replace(KNOWN, segment="lost")
    assert visible(other, task) != visible(KNOWN, task)
