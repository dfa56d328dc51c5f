"""Pages instead of padded rows: the same tokens, whoever shares the step, and nothing crosses from one to another."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from core.errors import EngineFailed, UserError
from core.generation import Sampling
from engine.padded_batch import PaddedBatch
from engine.paged_batch import PagedBatch
from engine.paged_room import PagedRoom, memory_of_each, room_on
from engine.runtime import TokenRequest
from tests.engine.tiny_llama import END, answers, prompt, requests, tiny_llama

CPU = torch.device("cpu")
ROOM = PagedRoom(rows=8, step_tokens=64, page_tokens=16, pages=40)
SAMPLINGS: dict[str, dict[str, Any]] = {
    "greedy": {},
    "drawn": {"temperature": 1.0, "seed": 5},
    "nucleus": {"temperature": 0.8, "top_p": 0.9, "seed": 6},
    "top_k": {"temperature": 2.0, "top_k": 5, "seed": 7},
    "penalised": {"repetition_penalty": 1.5},
}


@pytest.fixture(scope="module")
def model() -> Any:
    return tiny_llama()


@pytest.fixture(scope="module")
def paged(model: Any) -> PagedBatch:
    return PagedBatch(model, [END], CPU, ROOM)


@pytest.fixture(scope="module")
def padded(model: Any) -> PaddedBatch:
    return PaddedBatch(model, [END], CPU)


def test_it_writes_what_padded_rows_write_each_request_by_its_own_sampling(
    paged: PagedBatch, padded: PaddedBatch
) -> None:
    asked = [
        TokenRequest(f"{name} {request.id}", request.prompt, request.sampling)
        for name, sampling in SAMPLINGS.items()
        for request in requests(3, **sampling)
    ]
    together = answers(paged, asked)
    assert together == answers(padded, asked)
    assert len({tuple(tokens) for tokens in together.values()}) > len(SAMPLINGS)


def test_who_comes_late_answers_as_alone_and_who_is_dropped_says_no_more(paged: PagedBatch) -> None:
    early, late, gone = requests(3, max_new_tokens=20)
    alone = answers(paged, [early]) | answers(paged, [late])
    found: dict[str, list[int]] = {early.id: [], late.id: [], gone.id: []}
    paged.add(early)
    paged.add(gone)
    for at in range(200):
        if at == 3:
            paged.drop(gone.id)
            paged.add(late)
        for event in paged.step():
            found[event.id] += event.tokens
            assert event.id != gone.id or at < 3
        if at > 3 and not paged.busy:
            break
    assert 0 < len(found.pop(gone.id)) < 20
    assert found == alone


def test_an_id_that_was_dropped_may_come_again_at_once(paged: PagedBatch) -> None:
    request = requests(1, max_new_tokens=5)[0]
    expected = answers(paged, [request])
    paged.add(request)
    paged.step()
    paged.drop(request.id)
    assert not paged.busy
    assert answers(paged, [request]) == expected


def test_an_answer_ends_at_an_end_token_or_at_its_limit(model: Any, paged: PagedBatch) -> None:
    request = requests(1, max_new_tokens=9)[0]
    written = answers(paged, [request])[request.id]
    stopping = PagedBatch(model, [written[4]], CPU, ROOM)
    stopping.add(request)
    events = []
    while stopping.busy:
        events += stopping.step()
    first = written.index(written[4])
    assert [token for event in events for token in event.tokens] == written[: first + 1]
    assert events[-1].finish == "stop"
    assert len(written) == 9


def test_more_requests_than_places_and_more_tokens_than_pages_all_get_their_answer(model: Any) -> None:
    tight = PagedBatch(model, [END], CPU, PagedRoom(rows=3, step_tokens=16, page_tokens=16, pages=12))
    asked = [TokenRequest(str(at), prompt(at, 30), Sampling(max_new_tokens=40)) for at in range(7)]
    alone = {request.id: answers(tight, [request])[request.id] for request in asked}
    assert answers(tight, asked) == alone


def test_a_prompt_larger_than_the_cache_is_refused_and_a_long_answer_is_cut(model: Any) -> None:
    small = PagedBatch(model, [], CPU, PagedRoom(rows=2, step_tokens=16, page_tokens=16, pages=2))
    with pytest.raises(EngineFailed, match="the prompt has 100 tokens, the cache has room for"):
        small.add(TokenRequest("long", prompt(1, 100), Sampling()))
    assert not small.busy
    fits = TokenRequest("fits", prompt(1, 20), Sampling(max_new_tokens=400))
    assert 1 <= len(answers(small, [fits])["fits"]) <= 12


def test_a_model_and_its_caches_stay_within_their_share_of_the_gpu() -> None:
    gib = 2**30
    assert memory_of_each(10 * gib, 1 * gib, 4) == pytest.approx(2 * gib)
    assert memory_of_each(10 * gib, 10 * gib, 1) < 0
    assert room_on(CPU, 0.5, 10 * gib, 1).pages


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("graphs", [False, True])
def test_on_cuda_pages_write_what_padded_rows_write(graphs: bool) -> None:
    from engine.paged_attention import reads_pages_in_place, speak_by, suits

    cuda = torch.device("cuda", 0)
    rows, pages = (tiny_llama(hidden_size=256).to(cuda, torch.bfloat16) for _ in range(2))
    expected = answers(PaddedBatch(rows, [END], cuda), requests(6))
    assert suits(pages, cuda)
    speak_by(pages)
    assert reads_pages_in_place(pages)
    batch = PagedBatch(pages, [END], cuda, PagedRoom(rows=8, step_tokens=512, pages=40, cuda_graphs=graphs))
    found = answers(batch, requests(6))
    same = sum(found[id_][:4] == tokens[:4] for id_, tokens in expected.items())
    assert same >= 5, "bfloat16 may decide a close choice otherwise, not more than one of six"


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_share_that_the_weights_fill_is_refused() -> None:
    with pytest.raises(UserError, match="HAWKER_GPU_SHARE"):
        room_on(torch.device("cuda", 0), 0.01, 2**40, 1)
