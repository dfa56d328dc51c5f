"""What a caller may use: bytes, requests, tokens. A scripted engine writes, so a token is a word."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.desk.patience import patient_stream
from campaigns.worker import Report
from core.generation import GenerationRequest, Message
from core.settings import Settings, load_settings
from core.stopping import StopSign
from engine.scripted import ScriptedEngine
from server import openai_request
from server.addresses import visitors_network
from server.app import create_app
from server.metering import MeteredEngine, charged, paid_by
from store.opening import open_store
from tests.server.conftest import Serve, make_key

ASKED = {"model": "words", "messages": [{"role": "user", "content": "one two three"}]}
THREE_WORDS = (GenerationRequest("r", (Message("user", "one two three"),)),)


@pytest.fixture
def words_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_request, "installed", lambda settings: ["words"])


def used_by(home: Settings, shown: Mapping[str, str]) -> int:
    store = open_store(home)
    used = store.token_use.today("key:" + shown["Authorization"].split("_")[1])
    store.close()
    return used


def test_a_body_that_is_too_long_is_refused_told_or_not(home: Settings, serve: Serve) -> None:
    client = serve(max_body_bytes=100)

    def pieces() -> Iterator[bytes]:
        yield from [b"x" * 60] * 2

    for body in (b"x" * 101, pieces()):
        refused = client.post("/v1/chat", content=body, headers={"Content-Type": "application/json"})
        assert refused.status_code == 413
        assert refused.json()["error"]["type"] == "invalid_request_error"
        assert refused.headers["X-Content-Type-Options"] == "nosniff"


def test_requests_are_counted_for_each_key(home: Settings, serve: Serve) -> None:
    few, many, client = make_key(home, "shop", requests_per_minute=2), make_key(home, "shop"), serve()
    first = client.get("/v1/shop", headers=few)
    assert first.headers["RateLimit-Policy"] == '"requests";q=2;w=60'
    assert re.fullmatch(r'"requests";r=1;t=\d+', first.headers["RateLimit"])
    assert client.get("/v1/shop", headers=few).status_code == 200
    refused = client.get("/v1/shop", headers=few)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["error"]["type"] == "rate_limit_error"
    assert client.get("/v1/shop", headers=many).headers["RateLimit-Policy"] == '"requests";q=120;w=60'


def test_visitors_have_a_budget_of_their_own_also_for_wrong_keys(home: Settings, serve: Serve) -> None:
    shown, client = make_key(home, "chat"), serve(public_chat=True, visitor_requests_per_minute=2)
    assert client.post("/v1/chat", json={}).status_code == 422
    assert client.get("/v1/shop", headers={"Authorization": "Bearer guess"}).status_code == 401
    assert client.post("/v1/chat", json={}).status_code == 429
    assert client.post("/v1/chat", json={}, headers=shown).status_code == 422
    assert client.get("/").status_code == 200


def test_this_machine_is_not_counted_while_no_key_was_made(serve: Serve) -> None:
    answers = [serve_one.get("/v1/shop") for serve_one in [serve(requests_per_minute=1)] * 3]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "RateLimit" not in answers[0].headers


@pytest.mark.usefixtures("words_are_installed")
def test_tokens_are_counted_and_a_restart_forgets_none(home: Settings, serve: Serve) -> None:
    shown = make_key(home, "completions", tokens_per_day=8)
    client = serve()
    first = client.post("/v1/chat/completions", json=ASKED, headers=shown)
    assert first.json()["usage"]["total_tokens"] == 6
    assert used_by(home, shown) == 6
    assert client.post("/v1/chat/completions", json={**ASKED, "stream": True}, headers=shown).status_code == 200
    assert used_by(home, shown) == 12
    for served in (client, serve()):
        refused = served.post("/v1/chat/completions", json=ASKED, headers=shown)
        assert refused.status_code == 429
        assert "tokens in a day: all 8 are spent" in refused.json()["error"]["message"]
        assert served.get("/v1/models", headers=shown).status_code == 200


def test_a_stream_that_is_broken_off_is_paid_for() -> None:
    paid: list[tuple[str, int]] = []
    engine = MeteredEngine(ScriptedEngine(["a b c d e f"]), lambda payer, tokens: paid.append((payer, tokens)))
    with paid_by("key:1"):
        stream = engine.stream(THREE_WORDS[0])
        assert [next(stream).text, next(stream).text] == ["a", " b"]
    stream.close()  # type: ignore[attr-defined]
    assert paid == [("key:1", 5)]


def test_a_stream_that_is_left_after_its_result_is_paid_for_once() -> None:
    paid: list[tuple[str, int]] = []
    engine = MeteredEngine(ScriptedEngine(["a b"]), lambda payer, tokens: paid.append((payer, tokens)))
    with paid_by("key:1"):
        stream = engine.stream(THREE_WORDS[0])
        assert [next(stream).text for _ in range(3)] == ["a", " b", ""]
    stream.close()  # type: ignore[attr-defined]
    assert paid == [("key:1", 5)]


def test_the_desks_own_thread_pays_too() -> None:
    paid: list[tuple[str, int]] = []
    engine = MeteredEngine(ScriptedEngine(["a b"]), lambda payer, tokens: paid.append((payer, tokens)))
    with paid_by("visitor:1"):
        assert (
            "".join(
                delta.text
                for delta in patient_stream(engine, THREE_WORDS[0], lambda: time.monotonic() + 60, StopSign())
            )
            == "a b"
        )
    assert paid == [("visitor:1", 5)]


def test_a_job_is_paid_by_who_ordered_it() -> None:
    paid: list[tuple[str, int]] = []
    engine = MeteredEngine(ScriptedEngine(["a b"]), lambda payer, tokens: paid.append((payer, tokens)))

    def work(house: Any, payload: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
        return {"texts": [result.text for result in engine.iterate(THREE_WORDS)]}

    report: Report = lambda done, total: None  # noqa: E731
    house: Any = None
    assert charged(work)(house, {"payer": "key:1"}, report) == {"texts": ["a b"]}
    assert charged(work)(house, {}, report) == {"texts": ["a b"]}
    assert paid == [("key:1", 5)]


def test_an_order_says_who_pays(home: Settings, cold: None) -> None:
    shown = make_key(home, "emails")
    campaign = {"name": "spring", "goal": "thank customers", "products": ["LAMP-1"]}
    with TestClient(create_app(load_settings(engine="scripted")), "http://localhost") as client:
        job = client.post("/v1/emails", json={"campaign": campaign}, headers=shown).json()
    store = open_store(home)
    payer = store.jobs.get(job["id"]).payload["payer"]
    assert payer == "key:" + store.api_keys.all()[0].id
    store.close()


def test_a_household_is_one_visitor() -> None:
    assert visitors_network("2001:db8:1:2::1") == visitors_network("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert visitors_network("2001:db8:1:3::1") != visitors_network("2001:db8:1:2::1")
    assert visitors_network("203.0.113.9") == "203.0.113.9"
