"""What every runtime keeps, whoever computes: scripted, OpenVINO, transformers, another Hawker."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.generation import GenerationRequest, Message, Sampling
from core.settings import load_settings
from engine.host import HostedEngine
from engine.opening import open_engine
from engine.protocol import Engine
from engine.runtime import RuntimeSpec
from engine.scripted import ScriptedEngine
from tests.conftest import WEIGHTS
from tests.engine.hawkers import HawkerProcess, scripted_hawker

CAPITALS = {"Greece": "Athens", "Germany": "Berlin", "Japan": "Tokyo"}
"""which the model knows by a wide margin: roundings of a runtime do not decide them"""
COUNT = "One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve."


ON_CUDA: dict[str, dict[str, Any]] = {
    "cuda": {},
    "cuda in padded rows": {"batching": "padded"},
    "cuda with graphs": {"batching": "paged", "cuda_graphs": True},
    "cuda in 8 bits": {"weights": "int8"},
    "cuda in 4 bits": {"weights": "int4"},
}


def script(request: GenerationRequest) -> str:
    question = request.messages[-1].content
    if request.prefill:
        return COUNT.partition(request.prefill)[2]
    return next((f"It is {city}." for country, city in CAPITALS.items() if country in question), COUNT)


@pytest.fixture(
    scope="module",
    params=[
        "scripted",
        "remote",
        pytest.param("remote-real", marks=pytest.mark.model),
        pytest.param("openvino", marks=pytest.mark.model),
        pytest.param("transformers", marks=pytest.mark.model),
        pytest.param("offloaded", marks=pytest.mark.model),
        *[pytest.param(name, marks=[pytest.mark.model, pytest.mark.gpu]) for name in ON_CUDA],
    ],
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "scripted":
        yield ScriptedEngine(script)
        return
    if request.param == "remote":
        with scripted_hawker(tmp_path_factory.mktemp("hawker"), script) as url:
            yield from speaking_through(url, tmp_path_factory.mktemp("home"))
        return
    if request.param == "remote-real":
        other = HawkerProcess(tmp_path_factory.mktemp("hawker"), request.getfixturevalue("model_folder"))
        try:
            other.await_up()
            yield from speaking_through(other.url, tmp_path_factory.mktemp("home"))
        finally:
            other.stop()
        return
    if request.param in ON_CUDA and not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    folder: Path = request.getfixturevalue("model_folder")
    spec = RuntimeSpec("smollm2-135m", folder, device_map="cpu")
    if request.param in ON_CUDA:
        spec = replace(spec, device_map="cuda", **ON_CUDA[request.param])
    if request.param == "offloaded":  # accelerate's dispatch: two layers come from disk whenever they are called
        spec = replace(
            spec,
            device_map=request.getfixturevalue("last_layers_on_disk"),
            offload_folder=tmp_path_factory.mktemp("offload"),
        )
    runtime = "openvino" if request.param == "openvino" else "transformers"
    hosted = HostedEngine(spec, runtime, frozenset({"en"}))
    yield hosted
    hosted.close()


def speaking_through(url: str, home: Path) -> Iterator[Engine]:
    engine = open_engine(load_settings(home=home, models=WEIGHTS, engine="remote", remote_url=(url,)), "smollm2-135m")
    yield engine
    engine.close()


def ask(question: str, id_: str = "one", prefill: str = "", **sampling: Any) -> GenerationRequest:
    chosen = Sampling(**{"max_new_tokens": 24, **sampling})
    return GenerationRequest(id_, (Message("user", question),), chosen, prefill=prefill)


def capital_of(country: str, id_: str = "one") -> GenerationRequest:
    return ask(f"What is the capital of {country}?", id_)


def count(id_: str = "one", **sampling: Any) -> GenerationRequest:
    return ask("Count from one to twelve in words.", id_, prefill="One, two,", **sampling)


def test_results_come_in_the_order_of_requests(engine: Engine) -> None:
    requests = [capital_of(country, country) for country in CAPITALS]
    results = engine.generate(requests)
    assert [result.id for result in results] == list(CAPITALS)
    for result, city in zip(results, CAPITALS.values(), strict=True):
        assert city in result.text
        assert result.finish == "stop"
        assert result.error is None


def test_a_greedy_answer_is_the_same_alone_and_in_company(engine: Engine) -> None:
    alone = engine.generate([capital_of("Greece")])[0].text
    assert engine.generate([capital_of(country) for country in CAPITALS])[0].text == alone


def test_no_request_is_no_work(engine: Engine) -> None:
    assert engine.generate([]) == []
    assert list(engine.iterate([])) == []


def test_the_answer_ends_at_its_token_limit(engine: Engine) -> None:
    result = engine.generate([count(max_new_tokens=4)])[0]
    assert (result.finish, result.new_tokens) == ("length", 4)


def test_a_stop_text_ends_the_answer_and_is_not_part_of_it(engine: Engine) -> None:
    result = engine.generate([count(stop=("five",))])[0]
    assert result.finish == "stop"
    assert "four" in result.text
    assert "five" not in result.text


def test_the_prefill_is_continued_and_not_repeated(engine: Engine) -> None:
    text = engine.generate([count()])[0].text
    assert text.lstrip().startswith("three")


def test_a_stream_is_the_answer_in_pieces(engine: Engine) -> None:
    *pieces, last = engine.stream(count(stop=("ten",)))
    assert last.result is not None
    assert "".join(piece.text for piece in pieces) + last.text == last.result.text
    assert last.result.text == engine.generate([count(stop=("ten",))])[0].text
    assert len(pieces) > 3


def test_a_cancelled_stream_ends_with_the_text_so_far(engine: Engine) -> None:
    stream = engine.stream(count("doomed", max_new_tokens=2000, stop=("never said",)))
    first = next(stream)
    engine.cancel("doomed")
    last = list(stream)[-1].result
    assert last is not None
    assert last.finish == "cancelled"
    assert last.text.startswith(first.text)


def test_closing_a_stream_frees_the_engine(engine: Engine) -> None:
    stream = engine.stream(count(max_new_tokens=2000))
    next(stream)
    stream.close()
    assert "Athens" in engine.generate([capital_of("Greece")])[0].text


def test_past_its_deadline_an_answer_ends_alone_and_says_so(engine: Engine) -> None:
    late, good = engine.generate([replace(count("late"), deadline_seconds=0.0), capital_of("Greece")])
    assert (late.finish, late.text) == ("cancelled", "")
    assert "deadline" in (late.error or "")
    assert "Athens" in good.text


def test_a_batch_beside_a_chat_says_what_it_says_alone(engine: Engine) -> None:
    batch = [
        replace(capital_of(country, f"{country} {turn}"), lane="batch") for turn in range(2) for country in CAPITALS
    ]
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(engine.generate, batch)
        for _ in range(2):
            assert "three" in engine.generate([count(max_new_tokens=12)])[0].text
    for result in written.result():
        assert CAPITALS[result.id.split()[0]] in result.text


def test_iterate_pulls_requests_only_as_they_are_needed(engine: Engine) -> None:
    pulled: list[str] = []

    def endless() -> Iterator[GenerationRequest]:
        while True:
            pulled.append(str(len(pulled)))
            yield count(pulled[-1], max_new_tokens=3)

    results = engine.iterate(endless(), in_flight=4)
    seen = [next(results).id for _ in range(6)]
    results.close()
    assert len(set(seen)) == 6
    assert set(seen) <= set(pulled)
    assert len(pulled) <= 6 + 2 * 4


def test_several_threads_share_one_engine(engine: Engine) -> None:
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda country: engine.generate([capital_of(country)])[0], CAPITALS))
    for answer, city in zip(answers, CAPITALS.values(), strict=True):
        assert city in answer.text
        assert answer.id == "one"


def test_longer_prompts_have_more_tokens(engine: Engine) -> None:
    short, long = (Message("user", "hello"),), (Message("user", "hello there my good friend"),)
    assert 0 < engine.count_tokens(short) < engine.count_tokens(long)
    assert engine.count_tokens(short, prefill="Dear customer") > engine.count_tokens(short)


def test_the_tokens_of_a_result_are_those_counted(engine: Engine, request: pytest.FixtureRequest) -> None:
    if "[remote]" in request.node.name:
        pytest.skip("the other Hawker's scripted model counts words, we count tokens of the real one")
    short = (Message("user", "hello"),)
    assert engine.generate([ask("hello", max_new_tokens=1)])[0].prompt_tokens == engine.count_tokens(short)


def test_the_context_is_a_prompt_and_its_answer(engine: Engine) -> None:
    assert engine.context_tokens >= 2048
