"""Which bits and which device weights get, with a tiny model in a folder of its own; bits need the extra `gpu`."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

import engine.placed_weights as placed_weights
from core.errors import UserError
from engine.placed_weights import load_placed
from engine.runtime import RuntimeSpec
from engine.transformers_runtime import TransformersRuntime
from engine.warm_up import warm_up
from tests.engine.tiny_llama import END, answers, requests, save_adapter, tiny_llama


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> RuntimeSpec:
    folder = tmp_path_factory.mktemp("tiny")
    tiny_llama().save_pretrained(folder)
    return RuntimeSpec("tiny", folder, end_tokens=(END,), device_map="cpu")


@pytest.fixture(scope="module")
def adapters(spec: RuntimeSpec, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("adapters")
    return {name: save_adapter(tiny_llama(), folder / name, seed) for seed, name in enumerate(("sea", "town"))}


@pytest.mark.parametrize("kind", ["paged", "padded"])
def test_adapters_answer_beside_each_other_as_each_alone(
    spec: RuntimeSpec, adapters: dict[str, Path], kind: str
) -> None:
    both = replace(spec, exact=True, batching=kind, adapters=adapters)  # type: ignore[arg-type]
    alone: dict[str, list[int]] = {}
    for name in (None, *adapters):
        runtime = TransformersRuntime(both)
        alone |= answers(runtime, requests(4, name))
        runtime.close()
    mixed = [
        request for trio in zip(*(requests(4, name) for name in (None, *adapters)), strict=True) for request in trio
    ]
    together = TransformersRuntime(both)
    assert together.paged == (kind == "paged")
    assert answers(together, mixed) == alone
    assert answers(together, mixed) == alone, "what lies in the caches now belongs to each of them"
    assert len({tuple(alone[f"{name} 3"]) for name in (None, *adapters)}) == 3
    together.close()


def test_warming_up_writes_in_every_batch_size_and_leaves_nothing_behind(spec: RuntimeSpec) -> None:
    runtime = TransformersRuntime(replace(spec, end_tokens=()))
    assert warm_up(runtime, 5, rows=(1, 3)) == 3 + 9
    assert not runtime.busy


def test_pages_need_the_whole_model_on_one_device(spec: RuntimeSpec, tmp_path: Path) -> None:
    whole = dict.fromkeys(("model.embed_tokens", "model.norm", "model.rotary_emb", "lm_head", "model.layers.0"), "cpu")
    spread = replace(spec, device_map={**whole, "model.layers.1": "disk"}, offload_folder=tmp_path)
    with pytest.raises(UserError, match=r"setting batching: got 'paged', expected a model that lies on one device"):
        TransformersRuntime(replace(spread, batching="paged"))
    assert not TransformersRuntime(spread).paged


def test_fewer_bits_without_their_library_name_the_extra(spec: RuntimeSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed_weights, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"setting weights: got 'int8', .*pip install 'hawker\[gpu\]'"):
        load_placed(replace(spec, weights="int8"))


@pytest.mark.skipif(find_spec("bitsandbytes") is None, reason="bitsandbytes (extra gpu) is not installed")
@pytest.mark.parametrize(("weights", "share"), [("int8", 0.7), ("int4", 0.5)])
def test_fewer_bits_take_less_memory_and_still_answer(spec: RuntimeSpec, weights: str, share: float) -> None:
    whole, packed = load_placed(spec), load_placed(replace(spec, weights=weights))  # type: ignore[arg-type]
    layers = [model.model.layers[0].mlp.down_proj.weight for model in (whole, packed)]
    sizes = [layer.numel() * layer.element_size() for layer in layers]
    assert sizes[1] <= share * sizes[0]
    runtime = TransformersRuntime(replace(spec, weights=weights))  # type: ignore[arg-type]
    written = answers(runtime, requests(2))
    assert all(written.values())
    assert torch.cuda.is_available() or not runtime.paged
