"""Which runtime is for a model on this machine. Imports torch only where an NVIDIA driver is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from core.errors import CorruptWeights
from engine.exported_ir import exported_ir
from engine.gguf_header import read_header
from engine.openvino_layers import READABLE


def choose_runtime(folder: Path) -> Literal["openvino", "transformers"]:
    """CUDA -> transformers; else OpenVINO where it reads the weights; else transformers."""
    return "openvino" if openvino_reads(folder) and not has_cuda() else "transformers"


def openvino_reads(folder: Path) -> bool:
    """Whether it holds an exported IR, or a GGUF of an architecture that OpenVINO knows (damaged: opening it tells)."""
    if exported_ir(folder) is not None:
        return True
    gguf = next(iter(sorted(folder.glob("*.gguf"))), None)
    if gguf is None:
        return False
    try:
        return read_header(gguf).architecture in READABLE
    except CorruptWeights:
        return True


def has_cuda() -> bool:
    if not Path("/dev/nvidiactl").exists():
        return False
    import torch

    return torch.cuda.is_available()
