"""Our attention over pages, with plain arithmetic in the place of PyTorch's CUDA kernel: it must be handed the right.

`plain_varlen` says what torch.nn.attention.varlen documents, with the causal mask aligned to the last key as in flash
attention 2.1. Whether the kernel says the same is asked on the GPU itself, by `works`, before a model attends by it.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch

import engine.paged_attention as paged_attention
from engine.paged_batch import PagedBatch
from engine.paged_room import PagedRoom
from tests.engine.tiny_llama import END, answers, requests, tiny_llama

CPU = torch.device("cpu")
ROOM = PagedRoom(rows=8, step_tokens=64, page_tokens=16, pages=40)


def plain_varlen(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    cu_seq_q: torch.Tensor,
    cu_seq_k: torch.Tensor | None,
    max_q: int,
    max_k: int,
    *,
    scale: float | None,
    window_size: tuple[int, int],
    enable_gqa: bool,
    seqused_k: torch.Tensor | None = None,
    block_table: torch.Tensor | None = None,
) -> torch.Tensor:
    out = torch.zeros_like(query)
    for row, (start, end) in enumerate(zip(cu_seq_q[:-1].tolist(), cu_seq_q[1:].tolist(), strict=True)):
        if block_table is None:
            assert cu_seq_k is not None
            keys, values = (states[int(cu_seq_k[row]) : int(cu_seq_k[row + 1])] for states in (key, value))
        else:
            assert seqused_k is not None
            keys, values = (
                states[block_table[row].long()].flatten(0, 1)[: int(seqused_k[row])] for states in (key, value)
            )
        count, length = end - start, len(keys)
        assert count <= max_q
        assert length <= max_k
        if not length:
            continue
        ages = torch.arange(length - count, length)[:, None] - torch.arange(length)[None]
        seen = (ages >= 0) & ((ages <= window_size[0]) if window_size[0] >= 0 else True)
        attended = torch.nn.functional.scaled_dot_product_attention(
            query[start:end].transpose(0, 1),
            keys.transpose(0, 1),
            values.transpose(0, 1),
            attn_mask=seen,
            scale=scale,
            enable_gqa=enable_gqa,
        )
        out[start:end] = attended.transpose(0, 1)
    return out


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Plain arithmetic for the kernel; the list says of each call whether keys were read at their pages."""
    calls: list[bool] = []

    def counted(*args: Any, **kwargs: Any) -> torch.Tensor:
        calls.append(kwargs.get("block_table") is not None)
        return plain_varlen(*args, **kwargs)

    monkeypatch.setattr(paged_attention, "varlen_attn", counted)
    paged_attention.works.cache_clear()
    return calls


def test_prompts_are_gathered_single_tokens_read_in_place_and_the_tokens_are_those_of_sdpa(kernels: list[bool]) -> None:
    expected = answers(PagedBatch(tiny_llama(), [END], CPU, ROOM), requests(5))
    assert not kernels
    model = tiny_llama()
    paged_attention.speak_by(model)
    assert answers(PagedBatch(model, [END], CPU, ROOM), requests(5)) == expected
    assert any(kernels)
    assert not all(kernels)


def test_layers_that_see_a_window_are_always_gathered(kernels: list[bool]) -> None:
    from transformers import MistralConfig, MistralForCausalLM

    def windowed() -> Any:
        torch.manual_seed(1)
        shape = {"hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2}
        config = MistralConfig(**shape, vocab_size=300, num_hidden_layers=2, sliding_window=8, initializer_range=0.3)
        return MistralForCausalLM._from_config(config, attn_implementation="sdpa").eval()

    expected = answers(PagedBatch(windowed(), [END], CPU, ROOM), requests(4))
    model = windowed()
    paged_attention.speak_by(model)
    assert answers(PagedBatch(model, [END], CPU, ROOM), requests(4)) == expected
    assert kernels
    assert not any(kernels)


def test_rows_that_fill_a_graph_up_write_into_nobodys_page(kernels: list[bool]) -> None:
    keys, values = torch.zeros(2, 3, 16, 2, 8)
    new = torch.ones(2, 2, 8)
    lengths = {"cu_seq_lens_k": torch.tensor([0, 5, 5]), "k_cache": keys, "v_cache": values}
    table = torch.tensor([[2, -1], [-1, -1]], dtype=torch.int32)
    out = paged_attention._at_their_pages(
        torch.ones(2, 4, 8), new, new, None, (-1, 0), lengths | {"block_table": table}
    )
    assert keys[2, 4].all()
    assert not keys[1].any()
    assert keys.sum() == new[:1].sum() + keys[0].sum()
    assert out[0].any()


def test_kernels_that_say_what_arithmetic_says_are_trusted(kernels: list[bool]) -> None:
    assert paged_attention.works(CPU, torch.float32, 4, 2, 16)
    assert kernels == [False, True]


def test_kernels_that_fail_or_say_something_else_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    paged_attention.works.cache_clear()
    monkeypatch.setattr(paged_attention, "varlen_attn", lambda query, *rest, **more: query)
    assert not paged_attention.works(CPU, torch.float32, 4, 2, 16)
    paged_attention.works.cache_clear()
    monkeypatch.undo()
    assert not paged_attention.works(CPU, torch.float32, 4, 2, 16), "they are CUDA's"
