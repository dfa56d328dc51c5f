"""The engine over Ray's workers: what it repeats, what it gives up, what travels with an order."""

from __future__ import annotations

import json
import platform
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import CorruptWeights, EngineFailed, HawkerError, UserError
from core.generation import GenerationRequest, Message, Sampling
from core.settings import load_settings
from engine.packed_adapter import PackedAdapter
from engine.protocol import Engine
from engine.ray_cluster import Cluster, open_cluster, refuse_unreachable
from engine.ray_worker import EngineOrder, Opener, open_ordered

Answer = Callable[[GenerationRequest], str]
WHOLE = "0" * 64


def requests(prompts: int, candidates: int = 1) -> list[GenerationRequest]:
    return [
        GenerationRequest(f"{prompt}/{seed}", (Message("user", f"prompt {prompt}"),), Sampling(seed=seed))
        for prompt in range(prompts)
        for seed in range(candidates)
    ]


@pytest.fixture
def engine(ray_cluster: None, tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """An engine of two workers whose engines answer as the test says."""
    from engine.ray_crew import Crew
    from engine.ray_engine import open_ray_engine

    crews: list[Crew] = []

    def opened(opener: Opener, **adapters: Path) -> Engine:
        with open_cluster() as cluster:
            crews.append(Crew(cluster, 2, opener))
        return open_ray_engine(load_settings(home=tmp_path, engine="scripted"), "scripted", adapters, crews[-1])

    yield opened
    for crew in crews:
        crew.close()


def test_answers_come_in_order_and_candidates_stay_together(engine: Callable[..., Engine]) -> None:
    def opener(order: EngineOrder) -> Engine:
        import os

        from engine.scripted import ScriptedEngine

        return ScriptedEngine(lambda request: f"{request.id} {os.getpid()}", model=order.model)

    asked = requests(prompts=8, candidates=3)
    results = engine(opener).generate(asked)
    assert [result.text.split()[0] for result in results] == [request.id for request in asked]
    writers = [{result.text.split()[1] for result in results[start : start + 3]} for start in range(0, len(asked), 3)]
    assert all(len(one) == 1 for one in writers)
    assert len(set.union(*writers)) == 2


def test_requests_are_pulled_as_there_is_room(engine: Callable[..., Engine]) -> None:
    def opener(order: EngineOrder) -> Engine:
        from engine.scripted import ScriptedEngine

        return ScriptedEngine(["yes"], model=order.model)

    pulled: list[str] = []
    results = engine(opener).iterate((pulled.append(one.id) or one for one in requests(60)), in_flight=4)
    next(results)
    assert len(pulled) <= 2 * 4 + 1
    assert len(list(results)) == 59


def test_an_engine_that_died_is_asked_again(engine: Callable[..., Engine], tmp_path: Path) -> None:
    log = tmp_path / "log"

    def opener(order: EngineOrder) -> Engine:
        from core.errors import EngineFailed
        from engine.scripted import ScriptedEngine

        def answer(request: GenerationRequest) -> str:
            with log.open("a") as file:
                file.write("x")
            if log.stat().st_size <= 2:
                raise EngineFailed("the engine process died")
            return "written"

        return ScriptedEngine(answer, model=order.model)

    assert [one.text for one in engine(opener).generate(requests(1))] == ["written"]
    assert log.stat().st_size == 3


def test_a_prompt_that_kills_every_engine_is_given_up(engine: Callable[..., Engine]) -> None:
    def opener(order: EngineOrder) -> Engine:
        from core.errors import EngineFailed
        from engine.scripted import ScriptedEngine

        def answer(request: GenerationRequest) -> str:
            raise EngineFailed("the engine process died")

        return ScriptedEngine(answer, model=order.model)

    with pytest.raises(EngineFailed, match="the engine process died"):
        engine(opener).generate(requests(1))


def test_what_cannot_work_is_told_with_its_machine_and_not_repeated(
    engine: Callable[..., Engine], tmp_path: Path
) -> None:
    log = tmp_path / "log"

    def opener(order: EngineOrder) -> Engine:
        from core.errors import ModelMissing

        with log.open("a") as file:
            file.write("x")
        raise ModelMissing("model", order.model, "an installed model", "run: hawker models pull")

    with pytest.raises(HawkerError, match=f"{platform.node()}: model: got 'scripted'") as told:
        engine(opener).generate(requests(1))
    assert not isinstance(told.value, EngineFailed)
    assert log.stat().st_size == 1


def test_an_adapter_travels_with_the_order(engine: Callable[..., Engine], tmp_path: Path) -> None:
    def opener(order: EngineOrder) -> Engine:
        from engine.ray_worker import fetched
        from engine.scripted import ScriptedEngine

        (adapter,) = fetched(order)
        return ScriptedEngine([f"{adapter.name}: {adapter.files['adapter_config.json'].decode()}"], model=order.model)

    (tmp_path / "adapter_config.json").write_text("rank 8")
    (tmp_path / "adapter_model.safetensors").write_bytes(b"weights")
    assert engine(opener, voice=tmp_path).generate(requests(1))[0].text == "voice: rank 8"


def test_a_packed_adapter_is_unpacked_once_for_each_content(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_model.safetensors").write_bytes(bytes(range(256)))
    packed = PackedAdapter.of("voice", tmp_path)
    folder = packed.unpack(tmp_path / "there")
    assert (folder / "adapter_model.safetensors").read_bytes() == bytes(range(256))
    assert packed.unpack(tmp_path / "there") == folder
    (tmp_path / "adapter_config.json").write_text('{"r": 8}')
    assert PackedAdapter.of("voice", tmp_path).unpack(tmp_path / "there") != folder


def test_a_worker_with_other_weights_refuses(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    manifest = {"name": "tiny", "kind": "language", "source": "", "licence": "", "languages": ["en"]}
    files = {"files": {"tiny.gguf": "f" * 64}, "converted_by": ""}
    (folder / "manifest.json").write_text(json.dumps({**manifest, **files}))
    with pytest.raises(CorruptWeights, match="has other weights here"):
        open_ordered(EngineOrder("tiny", "auto", weights=WHOLE, models=tmp_path))


@pytest.mark.parametrize(
    ("machines", "gpus", "wanted", "size"), [(3, 0, None, 3), (2, 8, None, 8), (1, 0, 2, 2), (2, 8, 5, 5)]
)
def test_there_is_a_worker_a_gpu_or_a_machine(machines: int, gpus: int, wanted: int | None, size: int) -> None:
    assert Cluster(False, machines, cpus=16, gpus=gpus).crew_size(wanted) == size


def test_an_address_where_nobody_listens_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        refuse_unreachable(f"127.0.0.1:{port}")
        refuse_unreachable("auto")
    with pytest.raises(UserError, match=f"RAY_ADDRESS: got 'ray://127.0.0.1:{port}', expected the address"):
        refuse_unreachable(f"ray://127.0.0.1:{port}")


def test_more_workers_than_places_are_refused() -> None:
    with pytest.raises(UserError, match="--workers: got '9', expected at most 8, one for each GPU"):
        Cluster(False, machines=2, cpus=64, gpus=8).crew_size(9)
