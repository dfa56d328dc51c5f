"""`/v1/customers` over a real store: what is told comes back, consents are a history, who was erased stays away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core.customer import CustomerProfile
from core.prediction import Prediction
from core.settings import Settings, load_settings
from server.app import create_app
from store.opening import open_store
from tests.server.conftest import make_key

ANN = {
    "first_name": "Ann",
    "email": "ann@example.com",
    "language": "zh-CN",
    "attributes": {"size": "M"},
    "consents": [{"channel": "email", "granted": True, "at": "2026-03-01T09:00:00+01:00", "source": "checkout"}],
}
NO = {"channel": "email", "granted": False, "source": "preference page"}


@pytest.fixture
def shop_server(home: Settings, cold: None, tmp_path: Path) -> Iterator[TestClient]:
    """A client with a key for customers, over an empty home without any model."""
    settings = load_settings(engine="scripted", models=tmp_path / "none")
    shown = make_key(settings, "customers", tokens_per_day=1)
    with TestClient(create_app(settings), "http://localhost", headers=shown) as client:
        yield client


def test_a_customer_is_written_told_and_written_again(shop_server: TestClient) -> None:
    new = shop_server.put("/v1/customers/C-1", json=ANN)
    assert new.status_code == 201
    told = new.json()
    assert (told["language"], told["attributes"], told["profile"]) == ("zh", {"size": "M"}, None)
    assert told["consents"] == [
        {"channel": "email", "granted": True, "at": "2026-03-01T08:00:00Z", "source": "checkout"}
    ]
    again = shop_server.put("/v1/customers/C-1", json={"first_name": "Anna"})
    assert again.status_code == 200
    assert (again.json()["first_name"], again.json()["email"]) == ("Anna", None)
    assert again.json()["in_force"] == {"email": True}
    assert shop_server.get("/v1/customers/C-1").json() == again.json()


def test_the_latest_consent_is_in_force_and_those_before_stay(shop_server: TestClient) -> None:
    shop_server.put("/v1/customers/C-1", json=ANN)
    told = shop_server.post("/v1/customers/C-1/consents", json=NO)
    assert told.status_code == 201
    assert told.json()["in_force"] == {"email": False}
    assert [said["granted"] for said in told.json()["consents"]] == [True, False]
    assert shop_server.post("/v1/customers/C-9/consents", json=NO).status_code == 404


@pytest.mark.parametrize(
    ("said", "named"), [({"at": "2026-03-01T08:00:00Z"}, "granted"), ({"at": "2199-01-01T00:00:00Z"}, "2199")]
)
def test_a_consent_that_leaves_open_what_is_in_force_is_refused(
    shop_server: TestClient, said: dict[str, str], named: str
) -> None:
    shop_server.put("/v1/customers/C-1", json=ANN)
    refused = shop_server.post("/v1/customers/C-1/consents", json={**NO, **said})
    assert refused.status_code == 409
    assert named in refused.json()["error"]["message"]
    history = {**ANN, "consents": [{**NO, **said}]}
    assert shop_server.put("/v1/customers/C-1", json=history).status_code == 409
    assert shop_server.get("/v1/customers/C-1").json()["in_force"] == {"email": True}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"email": "ann at example"}, "email"),
        ({"created": "2026-03-01T09:00:00"}, "created"),
        ({"nickname": "Annie"}, "nickname"),
        ({"language": "English"}, "language"),
        ({"consents": [NO]}, "consents.0.at"),
    ],
)
def test_what_a_load_would_mend_is_refused(shop_server: TestClient, wrong: dict[str, object], named: str) -> None:
    refused = shop_server.put("/v1/customers/C-1", json={**ANN, **wrong})
    assert refused.status_code == 422
    assert named in refused.json()["error"]["param"]
    assert shop_server.get("/v1/customers/C-1").status_code == 404


def test_pages_follow_one_another(shop_server: TestClient) -> None:
    for number in range(5):
        shop_server.put(f"/v1/customers/C-{number}", json={})
    seen, after = [], None
    while True:
        page = shop_server.get("/v1/customers", params={"limit": 2} | ({"after": after} if after else {})).json()
        assert page["total"] == 5
        seen += [one["id"] for one in page["customers"]]
        if (after := page["next"]) is None:
            break
    assert seen == [f"C-{number}" for number in range(5)]


def test_a_profile_is_told_where_there_is_one(home: Settings, shop_server: TestClient) -> None:
    shop_server.put("/v1/customers/C-1", json={})
    store = open_store(home)
    store.profiles.put([CustomerProfile("C-1", segment="champions")])
    store.close()
    assert shop_server.get("/v1/customers/C-1").json()["profile"]["segment"] == "champions"


def test_a_profile_is_told_by_itself_with_what_was_foretold(home: Settings, shop_server: TestClient) -> None:
    shop_server.put("/v1/customers/C-1", json={"language": "zh"})
    url = "/v1/customers/C-1/profile"
    assert shop_server.get(url).json()["language"] == "zh"
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    store = open_store(home)
    store.profiles.put([CustomerProfile("C-1", segment="champions", as_of=noon)])
    store.predictions.add({"C-1": [Prediction("churn", 0.25, "probability", noon, "churn@1")]})
    store.close()
    told = shop_server.get(url).json()
    assert (told["segment"], told["as_of"]) == ("champions", "2026-05-01T12:00:00Z")
    assert told["predictions"][0]["value"] == 0.25
    assert shop_server.get("/v1/customers/nobody/profile").status_code == 404


def test_who_is_erased_is_gone_and_does_not_come_back(home: Settings, shop_server: TestClient) -> None:
    shop_server.put("/v1/customers/C-1", json=ANN)
    gone = shop_server.delete("/v1/customers/C-1")
    assert gone.status_code == 200
    assert (gone.json()["went"]["customers"], gone.json()["went"]["consents"]) == (1, 1)
    assert shop_server.get("/v1/customers/C-1").status_code == 404
    refused = shop_server.put("/v1/customers/C-1", json=ANN)
    assert (refused.status_code, refused.json()["error"]["param"]) == (409, "id")
    assert shop_server.delete("/v1/customers/never").status_code == 404


def test_erasing_and_withdrawing_need_no_tokens(home: Settings, shop_server: TestClient) -> None:
    store = open_store(home)
    store.token_use.add(f"key:{store.api_keys.all()[0].id}", 2)
    store.close()
    assert shop_server.put("/v1/customers/C-1", json=ANN).status_code == 201
    assert shop_server.post("/v1/customers/C-1/consents", json=NO).status_code == 201
    assert shop_server.delete("/v1/customers/C-1").status_code == 200


def test_names_lie_sealed(home: Settings, shop_server: TestClient) -> None:
    shop_server.put("/v1/customers/C-1", json={**ANN, "first_name": "Annabella"})
    files = [path for path in home.home.rglob("*") if path.is_file()]
    assert files
    assert not any(b"Annabella" in path.read_bytes() or b"ann@example" in path.read_bytes() for path in files)
