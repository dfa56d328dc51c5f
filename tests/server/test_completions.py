"""Completions as OpenAI's own client sees them, over a scripted engine and a real socket; test_api.py has the model."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from openai import BadRequestError, InternalServerError, NotFoundError, OpenAI

from agent.house import House
from core.errors import EngineFailed
from core.generation import Delta, GenerationRequest, GenerationResult
from core.settings import Settings, load_settings
from engine.scripted import ScriptedEngine
from engine.shelf import Manifest
from tests.server.conftest import free_port, served

MODEL = "smollm2-135m"
ASKED: Any = [{"role": "user", "content": "one two three four"}]
SCHEMA = {"type": "object", "properties": {"colour": {"type": "string"}}, "required": ["colour"]}
NO_SCHEMA = {"name": "x", "schema": {"type": "no"}}
PATIENCE = 60


class Slow(ScriptedEngine):
    """Says a word, then waits for the test or for being cancelled."""

    def __init__(self) -> None:
        super().__init__(self._said, model=MODEL)
        self.begun, self.cancelled = threading.Event(), threading.Event()
        self.waited_in_vain = False

    def _said(self, request: GenerationRequest) -> str:
        return request.messages[-1].content

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        for request in requests:
            if "die" in request.messages[-1].content:
                raise EngineFailed("the engine process ended (exit -9)")
            self._wait(request)
        return super().generate(requests)

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        for delta in super().stream(request):
            yield delta
            if not delta.result:
                self._wait(request)

    def _wait(self, request: GenerationRequest) -> None:
        if "wait" in request.messages[-1].content:
            self.begun.set()
            self.waited_in_vain = not self.cancelled.wait(PATIENCE / 2)

    def cancel(self, request_id: str) -> None:
        super().cancel(request_id)
        self.cancelled.set()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(House, "engine_of", lambda house, name: made)
    return made


@pytest.fixture
def url(home: Settings, cold: None, engine: Slow, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "models" / MODEL
    folder.mkdir(parents=True)
    Manifest(MODEL, "language", "test", "Apache-2.0", ("en",), "", {}).write(folder)
    with served(load_settings(engine="scripted", models=tmp_path / "models", port=free_port())) as found:
        yield found


@pytest.fixture
def openai(url: str) -> OpenAI:
    return OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)


def test_what_is_asked_reaches_the_engine(openai: OpenAI, engine: Slow) -> None:
    answer = openai.chat.completions.create(
        model=MODEL,
        messages=ASKED,
        stop=[" three"],
        seed=7,
        temperature=0.5,
        top_p=0.9,
        max_tokens=9,
        response_format={"type": "json_schema", "json_schema": {"name": "c", "schema": SCHEMA, "strict": True}},
    )
    assert answer.choices[0].message.content == "one two"
    sampling = engine.history[-1].sampling
    assert (sampling.seed, sampling.temperature, sampling.top_p, sampling.max_new_tokens) == (7, 0.5, 0.9, 9)
    assert sampling.json_schema is not None
    assert "colour" in sampling.json_schema
    openai.chat.completions.create(model=MODEL, messages=ASKED, response_format={"type": "json_object"})
    assert engine.history[-1].sampling.json_schema == '{"type": "object"}'


def test_adapters_are_listed_and_asked_by_name(openai: OpenAI, engine: Slow) -> None:
    names = [model.id for model in openai.models.list()]
    assert names == [MODEL, f"{MODEL}:house-en"]
    assert openai.models.retrieve(names[1]).id == names[1]
    openai.chat.completions.create(model=names[1], messages=ASKED)
    assert engine.history[-1].adapter == "house-en"
    with pytest.raises(NotFoundError) as unknown:
        openai.chat.completions.create(model=f"{MODEL}:none", messages=ASKED)
    assert unknown.value.code == "model_not_found"


def test_a_conversation_that_does_not_fit_is_told_so(openai: OpenAI, engine: Slow) -> None:
    long: Any = [{"role": "user", "content": "word " * 9000}]
    with pytest.raises(BadRequestError) as refused:
        openai.chat.completions.create(model=MODEL, messages=long)
    assert (refused.value.code, refused.value.param) == ("context_length_exceeded", "messages")
    openai.chat.completions.create(model=MODEL, messages=ASKED, max_tokens=100_000)
    assert engine.history[-1].sampling.max_new_tokens == engine.context_tokens - 4


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"frequency_penalty": 0.5}, "frequency_penalty"),
        ({"presence_penalty": 0.5}, "presence_penalty"),
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"logit_bias": {"1": 5}}, "logit_bias"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"temperature": 3}, "temperature"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "no"}}}},
            "json_schema",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "messages"),
    ],
)
def test_what_is_not_served_is_a_400_that_names_it(openai: OpenAI, asked: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        openai.chat.completions.create(**{"model": MODEL, "messages": ASKED, **asked})
    assert refused.value.type == "invalid_request_error"
    assert param in str(refused.value.param)


@pytest.mark.parametrize("stream", [True, False])
def test_whoever_hangs_up_ends_the_writing(url: str, engine: Slow, stream: bool) -> None:
    asked = {"model": MODEL, "messages": [{"role": "user", "content": "please wait here"}], "stream": stream}
    connection = HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/v1/chat/completions", json.dumps(asked), headers)
    assert engine.begun.wait(PATIENCE)
    connection.close()
    assert engine.cancelled.wait(PATIENCE)
    assert not engine.waited_in_vain


def test_an_engine_that_dies_is_told_as_what_it_is(openai: OpenAI) -> None:
    with pytest.raises(InternalServerError) as failed:
        openai.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "die"}])
    assert "the engine process ended" in failed.value.message
