"""Every journey over HTTP, on the real model and a real shop."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openai import BadRequestError, NotFoundError, OpenAI

pytestmark = pytest.mark.model
CAMPAIGN = {"name": "spring", "goal": "thank customers", "products": ["LAMP-1"]}


@pytest.fixture
def http(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=120) as client:
        yield client


def events(http: httpx.Client, body: dict[str, Any]) -> list[tuple[str, Any]]:
    """(name, data) of each server-sent event of one chat turn."""
    found = []
    with http.stream("POST", "/v1/chat", json=body) as response:
        assert response.status_code == 200
        name = ""
        for line in response.iter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            if line.startswith("data:"):
                found.append((name, json.loads(line.removeprefix("data:"))))
    return found


def test_it_lives_and_is_ready(http: httpx.Client) -> None:
    assert http.get("/livez").json() == {"status": "alive"}
    assert http.get("/readyz").json()["status"] == "ready"


def test_the_shop_is_told(http: httpx.Client) -> None:
    shop = http.get("/v1/shop").json()
    assert shop["products"] == 1
    assert shop["sample_products"] == ["LAMP-1"]
    assert http.get("/v1/shop/products/LAMP-1").json()["price"] == "49.00"


def test_a_chat_turn_streams_sentences_and_ends_with_the_whole_answer(http: httpx.Client) -> None:
    told = events(http, {"message": "How many days do I have to return a lamp?"})
    assert [name for name, _ in told][-1] == "done"
    done = told[-1][1]
    shown = " ".join(data["text"] for name, data in told if name == "sentence")
    assert "30 days" in shown
    assert "30 days" in done["answer"]
    assert done["action"] == "answer"
    assert any("30 days" in citation["quote"] for citation in done["citations"])


def test_an_order_is_told_to_its_owner_alone(http: httpx.Client) -> None:
    mine = events(http, {"message": "Where is my order?", "customer": "ann"})[-1][1]
    assert "O-1" in mine["answer"]
    visitor = events(http, {"message": "Where is my order?"})[-1][1]
    assert "O-1" not in visitor["answer"]


def test_copy_comes_with_facts_and_checks(http: httpx.Client) -> None:
    result = http.post("/v1/copy", json={"product": "LAMP-1", "channel": "meta-feed", "n": 1}).json()
    assert result["prompt"].startswith("copy/")
    for variant in result["variants"]:
        assert set(variant["parts"]) == {"primary_text", "headline", "description"}
        assert all(check["ok"] for check in variant["checks"])
    assert result["variants"] or result["dropped"]


def test_an_email_job_runs_to_its_end_and_is_not_run_twice(http: httpx.Client) -> None:
    first = http.post("/v1/emails", json={"campaign": CAMPAIGN})
    assert first.status_code == 202
    again = http.post("/v1/emails", json={"campaign": CAMPAIGN}).json()
    assert again["id"] == first.json()["id"]
    job: dict[str, Any] = {}
    for _ in range(240):
        job = http.get(first.json()["url"]).json()
        if job["status"] in ("done", "failed"):
            break
        time.sleep(0.5)
    assert job["status"] == "done"
    assert job["result"]["summary"]["recipients"] == 1
    assert job["result"]["drafts"] + job["result"]["summary"]["failed"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "named"),
    [
        ("POST", "/v1/copy", {"product": "LAMP-9", "channel": "sms"}, 404, "LAMP-9"),
        ("POST", "/v1/copy", {"product": "LAMP-1", "channel": "fax"}, 422, "fax"),
        ("POST", "/v1/copy", {"product": "LAMP-1", "channel": "sms", "n": 0}, 422, "n"),
        ("POST", "/v1/copy", {"product": "LAMP-1", "channel": "sms", "brief": {"ofer": "x"}}, 422, "ofer"),
        ("POST", "/v1/emails", {"campaign": {"name": "x"}}, 422, "goal"),
        ("POST", "/v1/chat", {"message": ""}, 422, "message"),
        ("GET", "/v1/jobs/none", None, 404, "none"),
        ("GET", "/v1/emails/none", None, 404, "none"),
        ("GET", "/v1/shop/products/none", None, 404, "none"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    http: httpx.Client, method: str, path: str, body: object, status: int, named: str
) -> None:
    response = http.request(method, path, json=body)
    assert response.status_code == status
    message = response.json()["error"]["message"]
    assert named in message
    assert "\n" not in message


def test_an_unknown_customer_ends_the_stream_with_an_error(http: httpx.Client) -> None:
    told = events(http, {"message": "Where is my order?", "customer": "nobody"})
    assert [name for name, _ in told][-1] == "error"
    assert "nobody" in told[-1][1]["message"]


@pytest.fixture
def openai(server: str) -> OpenAI:
    return OpenAI(base_url=f"{server}/v1", api_key="none", max_retries=0)


ASKED: Any = [{"role": "user", "content": "Name one colour."}]


def test_the_official_client_lists_models(openai: OpenAI) -> None:
    assert "smollm2-135m" in [model.id for model in openai.models.list()]


def test_the_official_client_completes(openai: OpenAI) -> None:
    answer = openai.chat.completions.create(model="smollm2-135m", messages=ASKED, max_tokens=8, temperature=0)
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert answer.usage is not None
    assert 0 < answer.usage.completion_tokens <= 8


def test_the_official_client_streams_the_same_text(openai: OpenAI) -> None:
    whole = openai.chat.completions.create(model="smollm2-135m", messages=ASKED, max_tokens=8, temperature=0)
    pieces = openai.chat.completions.create(
        model="smollm2-135m",
        messages=ASKED,
        max_tokens=8,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(pieces)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage is not None


def test_the_real_model_holds_to_a_schema(openai: OpenAI) -> None:
    schema = {"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}}, "required": ["colour"]}
    answer = openai.chat.completions.create(
        model="smollm2-135m",
        messages=ASKED,
        max_tokens=40,
        response_format={"type": "json_schema", "json_schema": {"name": "colour", "schema": schema, "strict": True}},
    )
    assert json.loads(answer.choices[0].message.content or "")["colour"] in ("red", "blue")


def test_what_is_not_supported_is_refused_by_name(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="tools"):
        openai.chat.completions.create(
            model="smollm2-135m",
            messages=ASKED,
            tools=[{"type": "function", "function": {"name": "f"}}],
        )
    with pytest.raises(NotFoundError, match="gpt-4"):
        openai.chat.completions.create(model="gpt-4", messages=ASKED)
