"""A Llama small enough to be made on the spot, with random weights, and what a runtime writes with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from core.generation import Sampling
from engine.runtime import TokenEvent, TokenRequest

VOCABULARY = 300
END = 2


class Steps(Protocol):
    """A runtime, or a batch of one."""

    @property
    def busy(self) -> bool: ...

    def add(self, request: TokenRequest) -> None: ...

    def step(self) -> Sequence[TokenEvent]: ...


def tiny_llama(**changes: Any) -> Any:
    """The same weights at every call; large enough ones that greedy choices are clear."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    shape: dict[str, Any] = {
        "vocab_size": VOCABULARY,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "initializer_range": 0.3,
        "bos_token_id": 1,
        "eos_token_id": END,
    }
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(**shape | changes, attn_implementation="sdpa")).eval()


def save_adapter(model: Any, folder: Path, seed: int) -> Path:
    """A LoRA adapter of random weights, strong enough to change what is written."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    lora = LoraConfig(r=4, lora_alpha=16, target_modules=["q_proj", "v_proj", "down_proj"], task_type="CAUSAL_LM")
    tuned = get_peft_model(model, lora)
    for name, parameter in tuned.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    tuned.save_pretrained(folder)
    tuned.unload()
    return folder


def prompt(number: int, length: int | None = None) -> list[int]:
    return [3 + (number * 37 + at * 11) % (VOCABULARY - 3) for at in range(length or 3 + 7 * number)]


def requests(count: int, adapter: str | None = None, **sampling: Any) -> list[TokenRequest]:
    """Prompts of mixed length, answers of mixed length."""
    return [
        TokenRequest(f"{adapter} {at}", prompt(at), Sampling(**{"max_new_tokens": 6 + at, **sampling}), adapter)
        for at in range(count)
    ]


def answers(runtime: Steps, asked: Sequence[TokenRequest]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {request.id: [] for request in asked}
    for request in asked:
        runtime.add(request)
    for _ in range(1000):
        if not runtime.busy:
            return found
        for event in runtime.step():
            found[event.id] += event.tokens
    raise AssertionError("it never finished")
