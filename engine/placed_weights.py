"""Loading a model's weights: in which type, and on which device each layer lies.

accelerate's dispatch places the layers: on one GPU where they fit, over all of them where not, and what fits on none on
the CPU and on disk. bitsandbytes keeps them in 8 or 4 bits (Dettmers et al. 2022, arXiv:2208.07339; 2023,
arXiv:2305.14314).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from core.errors import UserError
from engine.plain_weights import plain_weights
from engine.quiet import quiet_libraries
from engine.runtime import RuntimeSpec
from engine.soundness import sound_weights

ROOMY = 0.6
"""of a model's share of one GPU; weights above it leave too little for a cache, and are spread"""


def load_placed(spec: RuntimeSpec) -> Any:
    """The model of `spec`, to be asked, not trained. Raises `UserError` where the quantising library is missing."""
    from transformers import AutoModelForCausalLM

    quantisation = None if spec.exact else _quantisation(spec.weights)
    folder = plain_weights(spec.folder)
    with quiet_libraries(), sound_weights(folder):
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.float32 if spec.exact else torch.bfloat16,
            quantization_config=quantisation,
            device_map=spec.device_map or _places(folder, spec.gpu_share),
            max_memory=None if spec.device_map else _limits(spec.gpu_share),
            offload_folder=spec.offload_folder,
            attn_implementation="sdpa",
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    return model.eval()


def _quantisation(weights: str) -> Any:
    if weights == "bfloat16":
        return None
    if find_spec("bitsandbytes") is None:
        raise UserError("setting weights", weights, "bfloat16, or bitsandbytes", "run: pip install 'hawker[gpu]'")
    from transformers import BitsAndBytesConfig

    if weights == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype="bfloat16"
    )


def _places(folder: Path, share: float) -> str | dict[str, int]:
    """One GPU for all layers where they leave it room; accelerate would spread even the smallest over every GPU."""
    if not torch.cuda.is_available():
        return "cpu"
    files = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    return {"": 0} if files < ROOMY * share * torch.cuda.mem_get_info(0)[1] else "auto"


def _limits(share: float) -> dict[int | str, int] | None:
    """Bytes that each device may take of the weights."""
    if not torch.cuda.is_available():
        return None
    from accelerate.utils import get_max_memory

    limits: dict[int | str, int] = get_max_memory()
    for gpu in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(gpu)
        limits[gpu] = min(int(share * total), free)
    return limits
