"""From a GGUF file to what transformers and our own tokenising read: tokenizer files, and plain safetensors.

Runs once, at pull. Only here does Hawker read GGUF through transformers; afterwards loading is quick and exact.
"""

from __future__ import annotations

from pathlib import Path

from engine.quiet import quiet_libraries


def write_tokenizer(gguf: Path, folder: Path) -> None:
    """Write `tokenizer.json`, `tokenizer_config.json` and the chat template (where there is one) of `gguf`."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.save_pretrained(folder)


def write_safetensors(gguf: Path, folder: Path) -> None:
    """Write `config.json` and `model.safetensors` (bfloat16) of `gguf`, every weight unpacked."""
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    with quiet_libraries():
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
        model.save_pretrained(folder)
