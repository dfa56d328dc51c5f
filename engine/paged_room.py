"""How much room a paged batch takes, and how transformers is told."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from transformers import ContinuousBatchingConfig

from core.errors import UserError
from engine.paged_attention import PAGE

PAGES_READ_IN_PLACE = 32
"""of one request, whose keys the kernels read where they lie; a longer one is gathered"""
SPARE = 0.1
"""of a model's share of the GPU, for what a step computes beside its cache"""
PAGES_ON_CPU = 32
MOST_OF_FREE = 0.95


@dataclass(frozen=True, slots=True)
class PagedRoom:
    """Room for one adapter's requests."""

    rows: int = 256
    """requests that write at once"""
    step_tokens: int = 2048
    """read in one step, so that running answers are not held up for long"""
    page_tokens: int = PAGE
    pages: int | None = None
    """of the cache; None: as many as `memory` holds"""
    memory: float | None = None
    """share of the memory that is free now"""
    cuda_graphs: bool = False

    def config(self) -> ContinuousBatchingConfig:
        return ContinuousBatchingConfig(
            page_size=self.page_tokens,
            num_blocks=self.pages,
            max_batch_tokens=self.step_tokens,
            max_requests_per_batch=self.rows,
            max_memory_percent=self.memory,
            max_blocks_per_request=0,
            use_cuda_graph=(False, self.cuda_graphs),
            use_async_batching=False,  # its loop is one step ahead of what is chosen
            auto_switch_to_flash=False,  # it may download
        )


def room_on(device: torch.device, share: float, weights: int, places: int, cuda_graphs: bool = False) -> PagedRoom:
    """Room for one of `places` adapters (the bare model is one) of a model with `weights` bytes that may take `share`
    of the GPU. Raises `UserError` where the weights leave nothing."""
    if device.type != "cuda":
        return PagedRoom(rows=64, step_tokens=512, pages=PAGES_ON_CPU)
    free, total = torch.cuda.mem_get_info(device)
    each = memory_of_each(share * total, weights, places)
    if each <= 0:
        expected = f"more than the {weights / 2**30:.1f} GiB of weights, of a GPU with {total / 2**30:.0f} GiB"
        raise UserError("setting gpu_share", share, expected, "raise HAWKER_GPU_SHARE, or set HAWKER_WEIGHTS=int8")
    return PagedRoom(memory=min(each / free, MOST_OF_FREE), cuda_graphs=cuda_graphs)


def memory_of_each(limit: float, weights: int, places: int) -> float:
    """Bytes for each adapter's cache, of a model that may take `limit`."""
    return (limit * (1 - SPARE) - weights) / places
