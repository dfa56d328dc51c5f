"""`hawker bench train-gpu`: `hawker bench train` on a CUDA device, and a randomly initialised Llama of 7B besides.

How fast weights train does not hang on what they say, so the large model is made from its configuration, in a
temporary folder of 14 GB, and nothing is downloaded.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.errors import UserError
from core.settings import Settings
from engine.plain_weights import plain_weights
from engine.quiet import quiet_libraries
from engine.shelf import require_model
from evals.report import BenchReport, this_machine
from finetune.bench_training import RECIPE, Race, drawn, one_step_a_round, rows_of
from finetune.extras import require_training_libraries
from finetune.recipe import read_recipe

ROWS, PACK_TOKENS = 256, 2048
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def run(settings: Settings, repeats: int = 3) -> BenchReport:
    """Medians of `repeats` rounds. Raises `UserError` where there is no CUDA device."""
    require_training_libraries()
    device = _device()
    recipe = one_step_a_round(read_recipe(RECIPE), ROWS, repeats, PACK_TOKENS)
    small = Race(recipe.base, settings, recipe, drawn(recipe, settings, ROWS), repeats + 1, "cuda")
    rows = [*rows_of(small, ("bfloat16", "float32"))]
    with tempfile.TemporaryDirectory() as folder:
        from engine.random_llama import LLAMA_7B

        write_random_llama(plain_weights(require_model(settings, recipe.base)), Path(folder), LLAMA_7B, "cuda")
        large = replace(small, name="random 7B", recipe=recipe.model_copy(update={"base": folder}))
        rows += rows_of(large, ("bfloat16",))
    return BenchReport("train-gpu", f"{device}; {this_machine()}", tuple(rows))


def write_random_llama(like: Path, folder: Path, shape: Mapping[str, int], device: str = "cpu") -> None:
    """bfloat16 weights of a Llama of this shape into `folder`, with the tokenizer of the model in `like`."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig

    for name in TOKENIZER_FILES:
        if (like / name).is_file():
            shutil.copy(like / name, folder / name)
    ids = AutoConfig.from_pretrained(like, local_files_only=True)
    special = {name: getattr(ids, name) for name in ("vocab_size", "bos_token_id", "eos_token_id")}
    with quiet_libraries(), torch.device(device):
        model = AutoModelForCausalLM.from_config(LlamaConfig(**{**shape, **special}), dtype=torch.bfloat16)
    model.save_pretrained(folder)
    del model
    if device == "cuda":
        torch.cuda.empty_cache()  # the contenders need the room


def _device() -> str:
    import torch

    if not torch.cuda.is_available():
        fix = "nothing was measured; `hawker bench train` measures the CPU"
        raise UserError("NAME", "train-gpu", "a machine with a CUDA device", fix)
    return torch.cuda.get_device_name()
