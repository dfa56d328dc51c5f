"""What an operator sees of the running application: metrics, ids, logs, readiness. The model is scripted."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from agent.house import House
from agent.warming import LOADING, WARM, Part, WarmUp
from core.errors import EngineFailed, HawkerError, ModelMissing
from core.generation import GenerationRequest, GenerationResult
from core.logs import configure_logs
from core.settings import Settings, load_settings
from engine.protocol import ReadablePage
from engine.scripted import ScriptedEngine
from engine.shelf import Manifest
from server.app import create_app
from server.routes import OPEN
from store.opening import Store

MODEL = "smollm2-135m"
EMAIL, NAME = "ann.lee@example.org", "Annabella"
ASKED = {"model": MODEL, "messages": [{"role": "user", "content": f"I am {NAME}, {EMAIL}, hello"}]}
LogsAt = Callable[[str], None]


@pytest.fixture
def settings(home: Settings, tmp_path: Path) -> Settings:
    """A home with a model that is installed by name only; the scripted engine repeats what it is asked."""
    folder = tmp_path / "models" / MODEL
    folder.mkdir(parents=True)
    Manifest(MODEL, "language", "test", "Apache-2.0", ("en",), "", {}).write(folder)
    return load_settings(models=tmp_path / "models", engine="scripted")


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI, cold: None) -> Iterator[TestClient]:
    with from_here(app) as opened:
        yield opened


@pytest.fixture
def logging_at() -> Iterator[LogsAt]:
    """Logs as the command sets them up, for one test: their stream is that of the test."""
    yield configure_logs
    structlog.reset_defaults()


def from_here(app: FastAPI) -> TestClient:
    """A client on this machine, whom the door lets in while no key was made."""
    return TestClient(app, "http://localhost", client=("127.0.0.1", 50000))


def metric(client: TestClient, name: str, **labels: str) -> float:
    """The value of one sample; 0 where it was never counted."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_tokens_and_finishes_are_counted(client: TestClient) -> None:
    prompt = metric(client, "hawker:prompt_tokens_total", model_name=MODEL)
    assert client.post("/v1/chat/completions", json={**ASKED, "max_tokens": 2}).status_code == 200
    assert client.post("/v1/chat/completions", json={**ASKED, "stream": True}).text.endswith("[DONE]\n\n")
    assert metric(client, "hawker:request_success_total", model_name=MODEL, finish="length") == 1
    assert metric(client, "hawker:request_success_total", model_name=MODEL, finish="stop") >= 1
    assert metric(client, "hawker:prompt_tokens_total", model_name=MODEL) >= prompt + 8
    assert metric(client, "hawker:generation_tokens_total", model_name=MODEL) >= 2 + 4
    assert metric(client, "hawker:time_to_first_token_seconds_count", model_name=MODEL) >= 2
    assert metric(client, "hawker:time_per_output_token_seconds_count", model_name=MODEL) >= 2
    assert metric(client, "hawker:num_requests_running") == 0


def test_requests_are_counted_by_route_and_refusals_by_reason(client: TestClient) -> None:
    client.get("/v1/shop/products/NONE-1", params={"who": EMAIL})
    client.get(f"/{NAME}")
    client.get("/static/index.html")
    client.post("/v1/chat", json={"message": ""})
    client.request("BREW", "/livez")
    seen = client.get("/metrics").text
    assert EMAIL not in seen
    assert NAME not in seen
    assert "NONE-1" not in seen
    template = "/v1/shop/products/{product_id}"
    assert metric(client, "hawker:http_requests_total", route=template, method="GET", status="404") == 1
    assert metric(client, "hawker:http_requests_total", route="unmatched", method="GET", status="404") == 1
    assert metric(client, "hawker:http_requests_total", route="/static") == 1
    assert metric(client, "hawker:http_requests_total", method="other") == 1
    assert metric(client, "hawker:http_request_duration_seconds_count", route="/v1/chat") == 1
    assert metric(client, "hawker:requests_refused_total", reason="invalid") == 1
    assert metric(client, "hawker:requests_refused_total", reason="not_found") >= 2


def test_every_application_counts_for_itself(client: TestClient, settings: Settings) -> None:
    client.get("/v1/shop")
    with from_here(create_app(settings)) as other:
        assert metric(other, "hawker:http_requests_total", route="/v1/shop") == 0
    assert metric(client, "hawker:http_requests_total", route="/v1/shop") == 1


def test_texts_found_again_are_counted(client: TestClient, app: FastAPI) -> None:
    app.state.house.store.generations.find("never generated")
    assert metric(client, "hawker:generation_store_lookups_total") == 1
    assert metric(client, "hawker:generation_store_hits_total") == 0


def test_the_page_names_every_metric(client: TestClient) -> None:
    names = set(re.findall(r"^# TYPE (hawker:\w+)", client.get("/metrics").text, re.MULTILINE))
    page = Path("docs/OPERATING.md").read_text(encoding="utf-8")
    assert len(names) > 10
    assert {name for name in names if not name.endswith("_created") and name not in page} == set()


def test_an_id_that_was_given_comes_back(client: TestClient) -> None:
    response = client.get("/v1/shop/products/NONE", headers={"X-Request-ID": "proxy-00000042"})
    assert response.headers["X-Request-ID"] == "proxy-00000042"
    assert response.json()["error"]["request_id"] == "proxy-00000042"


@pytest.mark.parametrize("given", ["", "short", EMAIL, "two words of it", "x" * 65])
def test_an_id_that_could_be_anything_is_replaced(client: TestClient, given: str) -> None:
    answered = client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", answered)


def test_one_line_for_each_request_and_nobody_in_it(
    client: TestClient, capsys: pytest.CaptureFixture[str], logging_at: LogsAt
) -> None:
    logging_at("debug")
    client.post("/v1/chat/completions?who=" + EMAIL, json=ASKED, headers={"X-Request-ID": "proxy-00000043"})
    client.get(f"/v1/shop/products/{EMAIL}")
    lines = [line for line in log_lines(capsys) if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/v1/chat/completions", 200),
        ("/v1/shop/products/{product_id}", 404),
    ]
    assert lines[0]["request_id"] == "proxy-00000043"
    assert set(lines[0]) == {"event", "level", "timestamp", "request_id", "method", "route", "status", "seconds"}
    assert EMAIL not in json.dumps(lines)
    assert NAME not in json.dumps(lines)


def test_the_level_is_kept(client: TestClient, capsys: pytest.CaptureFixture[str], logging_at: LogsAt) -> None:
    logging_at("warning")
    client.get("/livez")
    assert capsys.readouterr().err == ""


def test_a_fault_of_ours_is_told_by_its_place_and_not_its_words(
    app: FastAPI,
    client: TestClient,
    capsys: pytest.CaptureFixture[str],
    logging_at: LogsAt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "server.guard.needed_for", lambda method, path: OPEN
    )  # the door serves no route it does not know

    @app.get("/broken")
    def broken() -> None:
        raise ValueError(f"{NAME} wrote from {EMAIL}")

    logging_at("info")
    response = client.get("/broken")
    told = response.json()["error"]
    assert (response.status_code, told["message"]) == (500, "internal error; see the server's log")
    assert told["request_id"] == response.headers["X-Request-ID"]
    logged = capsys.readouterr().err
    assert "ValueError" in logged
    assert "test_watching.py" in logged
    assert NAME not in logged
    assert EMAIL not in logged


class HalfHouse(House):
    """A house whose embedder, reader and voices are there, or are not."""

    def __init__(self, settings: Settings, faults: dict[str, HawkerError]) -> None:
        super().__init__(settings)
        self._faults = faults

    def voice(self, task: str, language: str):  # type: ignore[no-untyped-def]
        if fault := self._faults.get(language):
            raise fault
        return super().voice(task, language)


class StillEmbedder:
    """The only thing asked of it is to answer."""

    def embed(self, texts: list[str], kind: str) -> None: ...


class StillReader:
    """Likewise."""

    def read(self, question: str, pages: list[ReadablePage]) -> None: ...


class Mortal(ScriptedEngine):
    """Has a fault when the test says so, and is started again by being asked once that helps."""

    fault: str | None = None
    curable = False

    def generate(self, requests: Sequence[GenerationRequest]) -> list[GenerationResult]:
        results = super().generate(requests)
        if self.fault and not self.curable:
            raise EngineFailed(self.fault)
        self.fault = None
        return results


def await_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def warmed(settings: Settings, faults: dict[str, HawkerError]) -> dict[str, Part]:
    """The parts after each was tried once."""
    with HalfHouse(settings, faults) as house:
        house.__dict__.update(embedder=StillEmbedder(), page_reader=StillReader())
        warm_up = WarmUp(house)
        assert {part.state for part in warm_up.parts()} == {LOADING}
        assert not any(part.ready for part in warm_up.parts())
        warm_up.start()
        while any(part.state == LOADING for part in warm_up.parts()):
            pass
        warm_up.stop(30)
        return {part.name: part for part in warm_up.parts()}


def test_all_parts_are_warm_once_each_has_answered(settings: Settings) -> None:
    assert {(part.ready, part.state) for part in warmed(settings, {}).values()} == {(True, WARM)}


def test_a_language_without_a_model_is_not_waited_for_where_another_has_one(settings: Settings) -> None:
    parts = warmed(settings, {"zh": ModelMissing("model", "gemma3-270m", "an installed model")})
    assert parts["model:zh"].ready
    assert "gemma3-270m" in parts["model:zh"].state


def test_without_any_model_nothing_is_ready(settings: Settings) -> None:
    gone = ModelMissing("model", MODEL, "an installed model")
    parts = warmed(settings, {"en": gone, "zh": gone})
    assert not parts["model:en"].ready
    assert not parts["model:zh"].ready


def test_a_model_that_cannot_be_loaded_is_not_ready_and_says_why(settings: Settings) -> None:
    parts = warmed(settings, {"en": EngineFailed("the engine process died")})
    assert parts["model:en"] == Part("model:en", False, "the engine process died")
    assert parts["model:zh"].ready


def test_a_model_whose_engine_died_is_not_ready_until_it_has_answered_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.warming.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("agent.warming.AGAIN_SECONDS", 0.01)
    engine = Mortal(["Hello."], model=MODEL)
    with HalfHouse(settings, {}) as house:
        house.__dict__.update(embedder=StillEmbedder(), page_reader=StillReader())
        house._engines = dict.fromkeys((settings.model, settings.model_zh), engine)
        warm_up = WarmUp(house)
        warm_up.start()
        await_until(lambda: all(part.ready for part in warm_up.parts()))
        engine.fault = "the engine process died"
        asked = len(engine.history)
        assert Part("model:en", False, engine.fault) in warm_up.parts()
        await_until(lambda: len(engine.history) > asked + 4)
        assert Part("model:en", False, engine.fault) in warm_up.parts()
        engine.curable = True
        await_until(lambda: all(part.ready for part in warm_up.parts()))
        warm_up.stop(30)


def test_readiness_names_what_is_lacking(client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    app.state.warm_up.stop(60)
    app.state.warm_up.parts = lambda: [Part("model:en", True, WARM)]
    assert client.get("/readyz").json()["status"] == "ready"
    app.state.warm_up.parts = lambda: [Part("model:en", False, LOADING)]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["lacking"]) == (503, ["model:en"])

    def away(store: Store) -> None:
        raise HawkerError("the database could not be read: it is away")

    monkeypatch.setattr(Store, "check", away)
    answer = client.get("/readyz").json()
    assert answer["lacking"] == ["database", "model:en"]
    assert answer["parts"]["database"] == "the database could not be read: it is away"


def test_who_comes_while_the_server_stops_is_asked_to_come_again(client: TestClient, app: FastAPI) -> None:
    app.state.drain.stopping = True
    refused = client.get("/v1/shop")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "server" in client.get("/readyz").json()["lacking"]
    assert client.get("/livez").status_code == 200
    assert metric(client, "hawker:requests_refused_total", reason="unavailable") >= 1
