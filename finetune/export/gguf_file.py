"""Writing a GGUF file: weights from merged safetensors, everything else as the base's own GGUF file has it.

Tokenizer, chat template and sizes are copied key by key, so that a program that reads the base's file reads ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.gguf_header import read_header
from finetune.export.gguf_layout import layout_of
from finetune.export.merging import MERGED

Precision = Literal["f16", "q8_0", "q4_1", "q4_0"]
_TYPES = {"f16": "F16", "q8_0": "Q8_0", "q4_1": "Q4_1", "q4_0": "Q4_0"}
_EMBEDDING = "token_embd.weight"
_GROUP = 32
"""weights that share a scale in the quantised types written here"""
_OURS = frozenset({"general.architecture", "general.name", "general.file_type", "general.quantization_version"})


def write_gguf(merged: Path, base: Path, target: Path, name: str, precision: Precision) -> None:
    """Write the weights in the folder `merged` as `target`, named `name`, with the metadata of the GGUF file `base`.

    Matrices in `precision`, vectors in float32. The embedding, which is the output layer too in small models, has
    eight bits where the others have four: so the base's file has it, and four there cost the most.
    """
    import gguf
    from safetensors import safe_open

    header = read_header(base)
    layout = layout_of(header)
    writer = gguf.GGUFWriter(target, header.architecture, use_temp_file=True)
    writer.add_name(name)
    writer.add_file_type(getattr(gguf.LlamaFileType, _file_type(precision)))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    _copy_metadata(base, writer)
    with safe_open(merged / MERGED, framework="numpy") as weights:
        names = weights.keys()
        for tensor in names:
            place, values = layout.stored(tensor, weights.get_tensor(tensor).astype(np.float32))
            kind = getattr(gguf.GGMLQuantizationType, _type_of(place, values.shape, precision))
            writer.add_tensor(place, _packed(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _file_type(precision: Precision) -> str:
    return f"MOSTLY_{_TYPES[precision]}"


def _type_of(place: str, shape: tuple[int, ...], precision: Precision) -> str:
    if len(shape) < 2:
        return "F32"
    if precision != "f16" and shape[-1] % _GROUP:
        return "F16"
    return "Q8_0" if precision.startswith("q4") and place == _EMBEDDING else _TYPES[precision]


def _packed(values: NDArray[np.float32], kind: Any) -> NDArray[Any]:
    from gguf import quants

    packed: NDArray[Any] = quants.quantize(values, kind)
    return packed


def _copy_metadata(base: Path, writer: Any) -> None:
    from gguf import GGUFReader

    for key, field in GGUFReader(base).fields.items():
        if key.startswith("GGUF.") or key in _OURS:
            continue
        item = field.types[-1] if len(field.types) > 1 else None
        writer.add_key_value(key, field.contents(), field.types[0], item)
