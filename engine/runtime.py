"""What a runtime is, inside the engine process: a machine that turns token ids into token ids, step by step.

It knows no text, no template, no stop string and no pipe: `engine.worker` tokenises, detokenises, watches stop
strings and speaks to the parent. That keeps a runtime small, and every runtime's text equal.

A model's folder, as `engine.pull` leaves it:

    <models_dir>/<name>/manifest.json          what it is and the sha256 of every file
                        *.gguf | *.safetensors the weights; config.json beside safetensors
                        tokenizer.json         read with `tokenizers` alone
                        tokenizer_config.json  bos_token, eos_token, model_max_length
                        chat_template.jinja    absent for a base model
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from core.generation import Lane, Sampling

PAST_DEADLINE = "its deadline passed before the answer was whole"
"""what a request is told that was not written in time"""

Weights = Literal["bfloat16", "int8", "int4"]
BatchKind = Literal["auto", "paged", "padded"]


@dataclass(frozen=True, slots=True)
class RuntimeSpec:
    """Everything a runtime needs to open one model."""

    model: str
    folder: Path
    threads: int | None = None
    """CPU threads; None: the runtime's own choice"""
    adapters: Mapping[str, Path] = field(default_factory=dict)
    """name -> folder with PEFT's adapter_config.json and adapter_model.safetensors; loaded when first asked for"""
    exact: bool = False
    """float32 without activation quantisation, for comparing runtimes with each other; slow"""
    end_tokens: tuple[int, ...] = ()
    """ids that end an answer, from the tokenizer"""
    device_map: str | Mapping[str, str | int] | None = None
    """where transformers' layers lie, as accelerate says it; None: on the GPUs, or on the CPU where there is none"""
    offload_folder: Path | None = None
    """where accelerate keeps layers that fit on no device"""
    weights: Weights = "bfloat16"
    """in which transformers keeps them; the GGUF or IR decides for OpenVINO"""
    batching: BatchKind = "auto"
    """of transformers: `paged` where CUDA's kernels are, else `padded`"""
    gpu_share: float = 0.45
    """of each GPU's memory, for weights and caches; 0.45 lets two models live on one GPU"""
    cuda_graphs: bool = False
    """record steps of a paged batch and replay them"""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One prompt to continue. `sampling.stop` is the worker's business and is to be ignored here."""

    id: str
    prompt: Sequence[int]
    sampling: Sampling
    adapter: str | None = None
    lane: Lane = "chat"
    """`engine.laned_runtime`'s business, and to be ignored by the runtime under it"""
    deadline_seconds: float | None = None
    """from `add` on; likewise"""


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """What one step brought for one request. With `finish` set nothing more comes for it.

    An end token that closed the answer may be among `tokens`: the worker never shows special tokens.
    """

    id: str
    tokens: Sequence[int]
    finish: Literal["stop", "length", "cancelled", "error"] | None = None
    error: str | None = None


class Runtime(Protocol):
    """Used from one thread. Requests may be added while others run; the runtime batches them as it can."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    def add(self, request: TokenRequest) -> None:
        """Take a request. Raises `core.errors.HawkerError` where this one cannot be run (the others go on)."""

    def step(self) -> Sequence[TokenEvent]:
        """Do a small piece of work, at most some 100 ms, for all requests taken. Nothing to do: returns at once."""

    def drop(self, request_id: str) -> None:
        """Stop working on a request and free its place; no further event of it comes. Unknown ids are ignored."""

    @property
    def busy(self) -> bool:
        """Whether `step` has work."""

    def close(self) -> None:
        """Free the weights."""
