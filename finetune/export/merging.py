"""An adapter added to its base for good: plain float32 weights that need no PEFT.

float32, because the small steps of an adapter are lost in bfloat16's 8 bits, and what is made from these weights is
rounded once, not twice.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from core.errors import UserError
from engine.adapter_manifest import WEIGHTS
from engine.quiet import quiet_libraries

MERGED = "model.safetensors"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def write_merged(base: Path, adapter: Path, folder: Path) -> None:
    """Write `config.json`, the weights as safetensors and the tokenizer of `base` (plain weights) with `adapter` (as
    PEFT saves it) into `folder`. Raises `UserError` where the adapter does not fit the base."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    with quiet_libraries():
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, local_files_only=True)
        try:
            merged = PeftModel.from_pretrained(model, adapter).merge_and_unload(safe_merge=True)
        except (RuntimeError, ValueError, KeyError) as error:
            reason = " ".join(str(error).split())[:160]
            raise UserError(f"adapter {adapter.name}: {WEIGHTS}", reason, f"weights that fit {base}") from error
        merged.save_pretrained(folder, max_shard_size="1000GB")
    copy_tokenizer(base, folder)


def copy_tokenizer(source: Path, folder: Path) -> None:
    """The tokenizer's files, as far as `source` has them."""
    for name in TOKENIZER:
        if (source / name).is_file():
            shutil.copy(source / name, folder / name)
