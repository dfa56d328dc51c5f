"""What vLLM and SGLang know beyond OpenAI, asked of our own completions, over the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.generation import Message
from core.settings import Settings, load_settings
from engine.scripted import ScriptedEngine
from engine.shelf import Manifest
from server.app import create_app

MODEL = "smollm2-135m"
COUNT = [{"role": "user", "content": "Count."}, {"role": "assistant", "content": "One, two,"}]


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine([" three."], model=MODEL)


@pytest.fixture
def client(home: Settings, tmp_path: Path, cold: None, engine: ScriptedEngine) -> Iterator[TestClient]:
    folder = tmp_path / "models" / MODEL
    folder.mkdir(parents=True)
    Manifest(MODEL, "language", "test", "Apache-2.0", ("en",), "", {}).write(folder)
    app = create_app(load_settings(models=tmp_path / "models", engine="scripted"))
    with TestClient(app, "http://localhost", client=("127.0.0.1", 50000)) as opened:
        app.state.house._engines[MODEL] = engine
        yield opened


def complete(client: TestClient, **more: Any) -> Any:
    return client.post("/v1/chat/completions", json={"model": MODEL, "messages": COUNT, **more})


def test_a_given_beginning_is_continued(client: TestClient, engine: ScriptedEngine) -> None:
    said = complete(client, continue_final_message=True, add_generation_prompt=False).json()
    assert said["choices"][0]["message"]["content"] == " three."
    (asked,) = engine.history
    assert (asked.messages, asked.prefill) == ((Message("user", "Count."),), "One, two,")


def test_without_the_flag_the_last_message_is_one_like_others(client: TestClient, engine: ScriptedEngine) -> None:
    assert complete(client).status_code == 200
    assert (len(engine.history[0].messages), engine.history[0].prefill) == (2, "")


def test_sampling_reaches_the_engine(client: TestClient, engine: ScriptedEngine) -> None:
    complete(client, top_k=40, repetition_penalty=1.1)
    complete(client, top_k=-1)
    drawn = [(asked.sampling.top_k, asked.sampling.repetition_penalty) for asked in engine.history]
    assert drawn == [(40, 1.1), (0, 1.0)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"continue_final_message": True, "add_generation_prompt": True},
        {"add_generation_prompt": False},
        {"continue_final_message": True, "messages": COUNT[:1]},
        {"continue_final_message": True, "messages": COUNT[1:]},
        {"repetition_penalty": 0},
        {"top_k": -2},
    ],
)
def test_what_makes_no_sense_is_refused(client: TestClient, engine: ScriptedEngine, wrong: dict[str, Any]) -> None:
    assert complete(client, **wrong).status_code in (400, 422)
    assert engine.history == []
