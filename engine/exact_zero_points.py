"""Put back what OpenVINO GenAI loses of a GGUF: the exact zero points of its 4-bit weights.

GenAI reads a group of Q4_1 weights, `d * q + m`, as `d * (q - z)` with z rounded to a whole number from 0 to 15. That
moves the weights of SmolLM2-135M by 8 % and makes its perplexity a fifth worse (docs/RESULTS.md). Here z becomes
what the file says, in float16; the CPU's kernels take it as it is, at the same speed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import EngineFailed
from engine.gguf_header import GgufHeader

GGUF_NAMES: Mapping[str, str] = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
MOST_ROUNDED = 0.51
"""steps between a rounded zero point and the exact one; more means that these are not the same weights"""

Floats = NDArray[np.float32]


def restore_zero_points(layers: Mapping[str, Any], gguf: Path, header: GgufHeader) -> int:
    """Exact zero points for the `layers` (name as in PyTorch -> MatMul node) read from `gguf`; returns how many layers
    had rounded ones. Raises `EngineFailed` where a layer does not hold the weights that the file has under its name."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    tensors = {tensor.name: tensor for tensor in GGUFReader(gguf).tensors}
    restored = 0
    for name, node in layers.items():
        subtraction = _subtraction(node)
        if subtraction is None:
            continue
        number, _, projection = name.removeprefix("model.layers.").partition(".")
        tensor = tensors[f"blk.{number}.{GGUF_NAMES[projection]}.weight"]
        weights = dequantize(tensor.data, tensor.tensor_type)
        _replace(subtraction, _as_in_pytorch(weights, projection, header), f"{gguf.name}: {name}")
        restored += 1
    return restored


def _subtraction(node: Any) -> Any | None:
    """The `q - z` behind a matrix product, or None where its weights have no 4-bit zero points."""
    at = node.input_value(1).get_node()
    while at.get_type_name() in ("Convert", "Reshape", "Multiply"):
        at = at.input_value(0).get_node()
    if at.get_type_name() != "Subtract":
        return None
    zero = at.input_value(1).get_node()
    if zero.get_type_name() == "Convert" and zero.input_value(0).get_element_type().get_type_name() == "u4":
        return at
    return None


def _replace(subtraction: Any, weights: Floats, name: str) -> None:
    """`weights` (out, in), as the file has them, say the zero point of each group: the mean of q - w / d."""
    from openvino import opset13 as ops

    q, rounded = (_nibbles(subtraction.input_value(at).get_node().input_value(0).get_node()) for at in (0, 1))
    (scaling,) = subtraction.output(0).get_target_inputs()
    scale = scaling.get_node().input_value(1).get_node().data.astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = (q - weights.reshape(q.shape) / scale).mean(axis=-1, keepdims=True)
    exact = np.where(scale == 0, rounded, exact)
    inside = (exact > -0.5) & (exact < 15.5)  # beyond, GenAI clips
    if not np.all(np.abs(exact - rounded)[inside] <= MOST_ROUNDED):
        raise EngineFailed(f"{name}: OpenVINO holds other weights than the file; this GGUF cannot be used with it")
    subtraction.input(1).replace_source_output(ops.constant(exact.astype(np.float16)).output(0))


def _nibbles(constant: Any) -> Floats:
    """A 4-bit constant as numbers from 0 to 15, the lower half of each byte first."""
    packed = np.asarray(constant.data).view(np.uint8).reshape(-1)
    numbers = np.stack([packed & 15, packed >> 4], axis=-1).reshape(-1)
    shape = tuple(constant.get_output_shape(0))
    return numbers[: int(np.prod(shape))].reshape(shape).astype(np.float32)


def _as_in_pytorch(weights: Floats, projection: str, header: GgufHeader) -> Floats:
    """llama.cpp keeps the rows of Llama's q and k in pairs for its rotation; PyTorch has them in halves."""
    heads = {"self_attn.q_proj": header.heads, "self_attn.k_proj": header.key_value_heads}.get(projection)
    if header.architecture != "llama" or heads is None:
        return weights
    rows, columns = weights.shape
    return weights.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
