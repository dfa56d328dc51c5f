"""What the GPU runtime is measured against: transformers' plain `generate`, and what the memory delivers at most."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import Any

import torch

from engine.runtime import TokenRequest

COPIES = 10
GPU = "cuda:0"
ROWS = 64
"""of one padded batch; the keys of 256 padded rows of a 7B model do not fit into 80 GB"""


def gpu_name() -> str:
    """Of the GPU that is measured; empty where there is none."""
    return torch.cuda.get_device_name(GPU) if torch.cuda.is_available() else ""


def forget() -> None:
    """Give the memory of what was let go back to the GPU."""
    gc.collect()
    torch.cuda.empty_cache()


def settle(device: str) -> None:
    """Wait until the device has done what it was told, so that a clock can be read."""
    if device != "cpu":
        torch.cuda.synchronize(device)


def memory_bandwidth(device: str, size: int = 2**30) -> float:
    """Bytes a second that a copy of `size` bytes reads and writes, the quickest of several."""
    source = torch.empty(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    best = float("inf")
    for _ in range(COPIES):
        settle(device)
        started = time.perf_counter()
        target.copy_(source)
        settle(device)
        best = min(best, time.perf_counter() - started)
    return 2 * size / best


def bytes_per_token(model: Any) -> int:
    """Of weights that one token of one request reads: everything but the table of embeddings, of which it reads a row,
    unless the table is the output layer too."""
    everything = sum(weight.numel() * weight.element_size() for weight in model.parameters())
    table = model.get_input_embeddings().weight
    tied = model.get_output_embeddings().weight is table
    return int(everything if tied else everything - table.numel() * table.element_size())


@torch.inference_mode()
def plain_generate(model: Any, requests: Sequence[TokenRequest], device: str) -> int:
    """Left-padded batches, each until its longest answer is done. Returns the tokens that somebody asked for."""
    for start in range(0, len(requests), ROWS):
        batch = requests[start : start + ROWS]
        longest = max(len(request.prompt) for request in batch)
        ids = torch.tensor([[0] * (longest - len(request.prompt)) + list(request.prompt) for request in batch])
        mask = torch.tensor([[0] * (longest - len(r.prompt)) + [1] * len(r.prompt) for r in batch])
        tokens = max(request.sampling.max_new_tokens for request in batch)
        model.generate(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            do_sample=False,
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            pad_token_id=0,
        )
    return sum(request.sampling.max_new_tokens for request in requests)
