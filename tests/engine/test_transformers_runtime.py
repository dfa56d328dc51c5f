"""The transformers runtime where layers lie on several devices, and the parts it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import UserError
from core.generation import Message, Sampling
from engine.growing_cache import join_rows, keep_rows, new_cache
from engine.runtime import Runtime, RuntimeSpec, TokenRequest
from engine.templates import PromptEncoder
from engine.token_choice import TokenChooser, choose_tokens, penalised

QUESTIONS = ("Name the capital of France.", "What is a tent? Say it in one sentence.", "Count to five.")


def answers(runtime: Runtime, requests: Sequence[TokenRequest]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {request.id: [] for request in requests}
    for request in requests:
        runtime.add(request)
    while runtime.busy:
        for event in runtime.step():
            found[event.id] += event.tokens
    return found


def requests_of(encoder: PromptEncoder, **sampling: float) -> list[TokenRequest]:
    chosen = Sampling(max_new_tokens=8, **sampling)  # type: ignore[arg-type]
    prompts = [encoder.encode([Message("user", question)]) for question in QUESTIONS]
    return [TokenRequest(str(at), prompt, chosen) for at, prompt in enumerate(prompts)]


@pytest.fixture(scope="module")
def encoder(model_folder: Path) -> PromptEncoder:
    return PromptEncoder(model_folder)


@pytest.fixture(scope="module")
def spec(model_folder: Path, encoder: PromptEncoder) -> RuntimeSpec:
    ends = encoder.end_tokens
    return RuntimeSpec("smollm2-135m", model_folder, exact=True, end_tokens=ends, device_map="cpu")


@pytest.fixture(scope="module")
def runtime(spec: RuntimeSpec) -> Runtime:
    from engine.transformers_runtime import TransformersRuntime

    return TransformersRuntime(spec)


@pytest.mark.model
def test_rows_that_join_late_and_leave_early_answer_as_alone(runtime: Runtime, encoder: PromptEncoder) -> None:
    requests = requests_of(encoder)
    alone = {request.id: answers(runtime, [request])[request.id] for request in requests}
    runtime.add(requests[0])
    runtime.add(TokenRequest("leaves", requests[1].prompt, Sampling(max_new_tokens=100)))
    found: dict[str, list[int]] = {}
    for at in range(1000):
        if at == 3:
            runtime.drop("leaves")
            runtime.add(requests[1])
        if at == 5:
            runtime.add(requests[2])
        for event in runtime.step():
            found.setdefault(event.id, []).extend(event.tokens)
        if at > 5 and not runtime.busy:
            break
    found.pop("leaves")
    assert found == alone


@pytest.mark.model
def test_an_offloaded_layer_changes_nothing(
    runtime: Runtime,
    spec: RuntimeSpec,
    encoder: PromptEncoder,
    last_layers_on_disk: dict[str, str | int],
    tmp_path: Path,
) -> None:
    """accelerate's dispatch: the last two layers lie on disk and come in when they are called."""
    from engine.transformers_runtime import TransformersRuntime

    offloaded = TransformersRuntime(replace(spec, device_map=last_layers_on_disk, offload_folder=tmp_path))
    assert answers(offloaded, requests_of(encoder)) == answers(runtime, requests_of(encoder))


@pytest.mark.model
def test_a_seed_repeats_its_text_and_another_does_not(runtime: Runtime, encoder: PromptEncoder) -> None:
    first = answers(runtime, requests_of(encoder, temperature=1.0, seed=1))
    assert answers(runtime, requests_of(encoder, temperature=1.0, seed=1)) == first
    assert answers(runtime, requests_of(encoder, temperature=1.0, seed=2)) != first


@pytest.mark.model
def test_an_unknown_adapter_is_refused_by_name(runtime: Runtime) -> None:
    with pytest.raises(UserError, match="adapter: got 'nobody'"):
        runtime.add(TokenRequest("1", (1, 2), Sampling(), adapter="nobody"))
    assert not runtime.busy


@pytest.mark.gpu
@pytest.mark.model
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_gpu_answers_as_the_cpu_does(runtime: Runtime, spec: RuntimeSpec, encoder: PromptEncoder) -> None:
    from engine.transformers_runtime import TransformersRuntime

    on_gpu = TransformersRuntime(replace(spec, device_map=None))
    assert answers(on_gpu, requests_of(encoder)) == answers(runtime, requests_of(encoder))


def test_the_cache_grows_joins_and_keeps() -> None:
    cache, other = new_cache(), new_cache()
    parts = torch.randn(2, 1, 100, 4).split([60, 1, 39], dim=2)
    for part in parts:
        keys, values = cache.update(part, part + 1, 0)
    assert torch.equal(keys, torch.cat(parts, dim=2))
    assert torch.equal(values, keys + 1)
    late = torch.randn(1, 1, 30, 4)
    other.update(late, late, 0)
    join_rows(cache, other)
    keep_rows(cache, torch.tensor([0, 2]), start=70)
    after, _ = cache.update(torch.zeros(2, 1, 1, 4), torch.zeros(2, 1, 1, 4), 0)
    assert torch.equal(after[0, :, :-1], keys[0, :, 70:])
    assert torch.equal(after[1, :, :-1], late[0])


def test_each_row_is_chosen_by_its_own_sampling() -> None:
    logits = torch.tensor([[0.0, 3.0, 2.9, -9.0]]).repeat(4, 1)
    cpu = torch.device("cpu")
    samplings = [
        Sampling(),
        Sampling(repetition_penalty=2.0),
        Sampling(temperature=5.0, top_k=1),
        Sampling(temperature=5.0, top_p=0.1),
    ]
    choosers = [TokenChooser(sampling, [1], cpu) for sampling in samplings]
    assert choose_tokens(logits, choosers).tolist() == [1, 2, 1, 1]


def test_a_nucleus_never_yields_what_is_outside_it() -> None:
    logits = torch.tensor([4.0, 3.9, 0.0, -1.0])
    chooser = TokenChooser(Sampling(temperature=1.0, top_p=0.9, seed=3), [], torch.device("cpu"))
    assert {int(choose_tokens(logits[None], [chooser])) for _ in range(200)} == {0, 1}


def test_the_penalty_lowers_what_was_seen_whatever_its_sign() -> None:
    logits = torch.tensor([2.0, -2.0, 1.0])
    assert penalised(logits, torch.tensor([0, 1, 1]), 2.0).tolist() == [1.0, -4.0, 1.0]
