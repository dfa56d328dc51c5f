"""`POST /v1/customers/{id}/scores` over a real store and a model that was learnt from simulated customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core.customer import Customer, Event, Order, OrderLine
from core.settings import Settings, load_settings
from insight.predicting.keeping import keep
from server.app import create_app
from store.opening import open_store
from tests.insight.predicting.shops import learned_churn
from tests.server.conftest import make_key

NOW = datetime.now(UTC)


@pytest.fixture
def scored(home: Settings, cold: None, tmp_path: Path) -> Iterator[TestClient]:
    """A shop of two customers, one a buyer long silent, and a model of churn."""
    settings = load_settings(engine="scripted", models=tmp_path / "none")
    keep(settings.home, learned_churn(), {"asked": "churn", "days": 90})
    store = open_store(settings)
    store.customers.put([Customer("ann"), Customer("new")])
    long_ago = NOW - timedelta(days=300)
    store.orders.put([Order("O-1", "ann", (OrderLine("LAMP-1", "Lamp"),), "delivered", long_ago)])
    store.events.append([Event("ann", "view", long_ago - timedelta(hours=1), "LAMP-1")])
    store.close()
    headers = make_key(settings, "customers", tokens_per_day=1)
    with TestClient(create_app(settings), "http://localhost", headers=headers) as client:
        yield client


def test_a_fresh_visit_lowers_the_chance_that_a_customer_is_lost(scored: TestClient) -> None:
    silent = scored.post("/v1/customers/ann/scores", json={}).json()["predictions"]
    (before,) = silent
    assert (before["name"], before["unit"]) == ("churn", "probability")
    assert before["reasons"]
    visit = {"kind": "view", "at": NOW.isoformat(timespec="seconds"), "product_id": "LAMP-1"}
    (after,) = scored.post("/v1/customers/ann/scores", json={"events": [visit]}).json()["predictions"]
    assert after["value"] < before["value"] - 0.1


def test_who_never_ordered_cannot_be_lost_and_strangers_are_not_found(scored: TestClient) -> None:
    visit = {"kind": "view", "at": NOW.isoformat(timespec="seconds")}
    assert scored.post("/v1/customers/new/scores", json={"events": [visit]}).json()["predictions"] == []
    assert scored.post("/v1/customers/nobody/scores", json={}).status_code == 404
    assert scored.post("/v1/customers/ann/scores", json={"models": ["nope"]}).status_code == 404


def test_what_has_not_happened_yet_is_refused(scored: TestClient) -> None:
    tomorrow = (NOW + timedelta(days=1)).isoformat(timespec="seconds")
    answer = scored.post("/v1/customers/ann/scores", json={"events": [{"kind": "view", "at": tomorrow}]})
    assert answer.status_code == 409
    assert "events[0].at" in answer.text
