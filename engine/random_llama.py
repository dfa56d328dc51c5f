"""Llamas of random weights, made where they run: how fast a model is does not hang on what its weights say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from engine.quiet import quiet_libraries

LLAMA_7B: Mapping[str, int] = {
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
    "vocab_size": 32000,
}
"""Touvron et al. 2023, arXiv:2302.13971, table 2"""
TINY: Mapping[str, int] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 500,
}


def random_llama(shape: Mapping[str, int], device: str) -> Any:
    """bfloat16 weights on `device`; nothing is read or written."""
    from transformers import AutoModelForCausalLM, LlamaConfig

    torch.manual_seed(0)
    config = LlamaConfig(**shape, max_position_embeddings=2048)
    with quiet_libraries(), torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
    return model.eval()


def write_random_adapter(model: Any, folder: Path, seed: int) -> None:
    """A LoRA adapter of rank 16 on every linear layer, in PEFT's format; `model` is left as it was."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    with quiet_libraries():
        tuned = get_peft_model(model, LoraConfig(r=16, target_modules="all-linear", init_lora_weights=False))
        tuned.save_pretrained(folder)
        tuned.unload()
