"""Attention over the pages of transformers' continuous batching, by the flash kernels that PyTorch itself brings.

transformers has three ways: a package of flash kernels that is built or downloaded, and SDPA or eager, which lay a mask
over every pair of requests. This is the first one without the package. It knows two shapes of a step: prompts mixed
with single tokens, whose keys the cache gathers, and single tokens alone, whose keys are read where they lie.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch.nn.attention.varlen import varlen_attn

NAME = "hawker_flash"
"""`flash` in it tells transformers that no mask is wanted"""
PAGE = 256
"""tokens of a page; the kernels read pages of a multiple of 256"""


def speak_by(model: Any) -> None:
    """Let `model` attend by this. It can then be called with a paged cache only."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, attend)
    model.config._attn_implementation = NAME  # `set_attn_implementation` takes flash kernels it knows only


def suits(model: Any, device: torch.device) -> bool:
    """Whether `model` can attend by this on `device`: tried, for kernels differ by GPU, build and head size."""
    if device.type != "cuda" or model.dtype not in (torch.bfloat16, torch.float16):
        return False
    config = model.config.get_text_config()
    heads = int(config.num_attention_heads)
    key_heads = int(getattr(config, "num_key_value_heads", None) or heads)
    size = int(getattr(config, "head_dim", None) or config.hidden_size // heads)
    return works(device, model.dtype, heads, key_heads, size)


def reads_pages_in_place(model: Any) -> bool:
    """Whether a step of single tokens needs no gathering: layers that see a window only have no page tables."""
    config = model.config.get_text_config()
    layers = getattr(config, "layer_types", None) or ()
    return config._attn_implementation == NAME and all(layer == "full_attention" for layer in layers)


def attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    cache: Any = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Query, key, value: (1, heads, tokens, size), requests one after another. Returns (1, tokens, heads, size).

    `cache` and the lengths in `kwargs` are `ContinuousBatchingIOs.get_model_kwargs`'s.
    """
    key, value = cache.update(key_states=key, value_states=value, layer_idx=module.layer_idx, kwargs=kwargs)
    queries, keys, values = (states[0].transpose(0, 1) for states in (query, key, value))
    window = (-1, 0) if sliding_window is None else (sliding_window - 1, 0)
    read = _at_their_pages if kwargs.get("block_table") is not None else _gathered
    return read(queries, keys, values, scaling, window, kwargs)[None], None


def _gathered(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    scale: float | None,
    window: tuple[int, int],
    lengths: dict[str, Any],
) -> torch.Tensor:
    return varlen_attn(  # type: ignore[return-value]
        queries.contiguous(),
        keys.contiguous(),
        values.contiguous(),
        lengths["cu_seq_lens_q"],
        lengths["cu_seq_lens_k"],
        lengths["max_length_q"],
        lengths["max_length_k"],
        scale=scale,
        window_size=window,
        enable_gqa=queries.shape[1] != keys.shape[1],
    )


def _at_their_pages(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    scale: float | None,
    window: tuple[int, int],
    lengths: dict[str, Any],
) -> torch.Tensor:
    """One new token of each request: written into its page, then the pages are read.

    Rows that only fill a CUDA graph up have length 0 and no page; page 0 is one that the cache gives to nobody.
    """
    rows, pages = queries.shape[0], lengths["block_table"].clamp(min=0)
    ends = lengths["cu_seq_lens_k"]
    used = (ends[1:] - ends[:-1]).to(torch.int32)
    last = (used.to(torch.int64) - 1).clamp(min=0)
    stored_keys, stored_values = lengths["k_cache"], lengths["v_cache"]
    page = stored_keys.shape[1]
    slots = pages.gather(1, (last // page)[:, None])[:, 0].to(torch.int64) * page + last % page
    stored_keys.flatten(0, 1).index_copy_(0, slots, keys)
    stored_values.flatten(0, 1).index_copy_(0, slots, values)
    return varlen_attn(  # type: ignore[return-value]
        queries.contiguous(),
        stored_keys,
        stored_values,
        torch.arange(rows + 1, dtype=torch.int32, device=queries.device),
        None,
        1,
        pages.shape[1] * page,
        scale=scale,
        window_size=window,
        enable_gqa=queries.shape[1] != keys.shape[1],
        seqused_k=used,
        block_table=pages,
    )


@functools.cache
def works(device: torch.device, dtype: torch.dtype, heads: int, key_heads: int, size: int) -> bool:
    """Whether the kernels are there for this device and shape, and say what plain arithmetic says."""
    random = torch.Generator().manual_seed(0)
    tokens, pages = (300, 1, 40), torch.tensor([[2, 1], [3, 0], [4, 0]], dtype=torch.int32)
    stored = torch.randn(2, 5, PAGE, key_heads, size, generator=random).to(device, dtype)
    queries = torch.randn(len(tokens), heads, size, generator=random).to(device, dtype)
    ends = torch.tensor([0, *tokens]).cumsum(0).to(device, torch.int32)
    rows = [
        stored[:, table].flatten(1, 2)[:, :used] for table, used in zip(pages.to(device).long(), tokens, strict=True)
    ]
    keys, values = torch.cat(rows, dim=1)
    new_keys, new_values = torch.stack([row[:, -1] for row in rows], dim=1)
    lengths = {"cu_seq_lens_q": torch.arange(4, dtype=torch.int32, device=device), "cu_seq_lens_k": ends}
    lengths |= {"max_length_q": 1, "max_length_k": max(tokens)}  # type: ignore[dict-item]
    paged = {"block_table": pages.to(device), "k_cache": stored[0].clone(), "v_cache": stored[1].clone()}
    try:
        ways = (
            _gathered(queries, keys, values, None, (-1, 0), lengths),
            _at_their_pages(queries, new_keys, new_values, None, (-1, 0), lengths | paged),
        )
    except (RuntimeError, NotImplementedError, ValueError):
        return False
    expected = torch.stack([_plainly(query, *row) for query, row in zip(queries, rows, strict=True)])
    return all(torch.allclose(way.float(), expected, atol=2e-2, rtol=2e-2) for way in ways)


def _plainly(query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """One query (heads, size) over keys and values (tokens, key heads, size), in float32."""
    groups = query.shape[0] // keys.shape[1]
    keys, values = (states.float().repeat_interleave(groups, dim=1) for states in (keys, values))
    weights = (torch.einsum("hs,ths->ht", query.float(), keys) / query.shape[-1] ** 0.5).softmax(-1)
    return torch.einsum("ht,ths->hs", weights, values)
