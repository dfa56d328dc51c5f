"""A shop's campaign as a trial: who was held out, what both did next, and features that do not look ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.customer import Customer, Event, Order
from core.errors import NotFound, UserError
from core.facts import Conditioning
from core.mail import EmailDraft
from insight.uplift.campaign import COLUMNS, read_trial
from store.opening import Store
from store.outcomes import HELD_OUT, Outcome

BEGAN = datetime(2026, 5, 1, 9, tzinfo=UTC)
NOW = BEGAN + timedelta(days=60)


def _order(number: int, customer: str, days: float, money: str = "40") -> Order:
    return Order(f"o{number}", customer, (), "delivered", BEGAN + timedelta(days=days), Decimal(money))


def _fill(store: Store, held: bool = True) -> None:
    store.customers.put([Customer(name) for name in ("ann", "bob", "cy", "di")])
    store.drafts.put(EmailDraft("spring", name, "c", "", "", "", {}, Conditioning(), (), "") for name in ("ann", "cy"))
    if held:
        store.outcomes.add(
            [Outcome(f"spring/{name}", HELD_OUT, BEGAN, 0.0, None, "spring", name) for name in ("bob", "di")]
        )
    store.orders.put(
        [
            _order(1, "ann", -14),
            _order(2, "ann", 3),
            _order(3, "bob", 20),
            _order(4, "di", 5),
            _order(5, "cy", -70, "80"),
        ]
    )
    store.events.append([Event("cy", "view", BEGAN + timedelta(days=at)) for at in (-50, -2, 1)])


def test_both_arms_are_counted_by_what_they_did_next(store: Store) -> None:
    _fill(store)
    trial = read_trial(store, "spring", "order", 14, NOW)
    assert trial.customers == ("ann", "bob", "cy", "di")
    assert trial.experiment.treated.tolist() == [True, False, True, False]
    assert trial.experiment.outcome.tolist() == [1, 0, 0, 1]
    assert read_trial(store, "spring", "visit", 14, NOW).experiment.outcome.tolist() == [0, 0, 1, 0]


def test_features_are_as_of_the_draw(store: Store) -> None:
    _fill(store)
    features = read_trial(store, "spring", "order", 14, NOW).experiment.features
    told = dict(zip(COLUMNS, features.T, strict=True))
    assert told["orders"].tolist() == [1, 0, 1, 0]
    assert told["weeks since the last order"][[0, 2]].tolist() == [2, 10]
    assert np.isnan(told["mean order value"][[1, 3]]).all()
    assert told["events, 30 days"].tolist() == [0, 0, 1, 0]
    assert told["events, 90 days"].tolist() == [0, 0, 2, 0]


def test_without_a_control_group_it_is_told_how_to_have_one(store: Store) -> None:
    _fill(store, held=False)
    with pytest.raises(UserError, match=r"hold_out: 0\.1"):
        read_trial(store, "spring", "order", 14, NOW)


def test_no_campaign_and_no_end_are_refused(store: Store) -> None:
    _fill(store)
    with pytest.raises(NotFound, match="hawker emails generate"):
        read_trial(store, "autumn", "order", 14, NOW)
    with pytest.raises(UserError, match="at most the 5 that are over"):
        read_trial(store, "spring", "order", 14, BEGAN + timedelta(days=5))
