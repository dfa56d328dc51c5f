"""The IR that answers holds the very weights of the file, and another file's are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openvino
import pytest
from openvino import opset13 as ops

from core.errors import EngineFailed
from engine.exact_zero_points import restore_zero_points
from engine.gguf_header import read_header
from engine.openvino_layers import IR_FILE, named_ir
from engine.openvino_runtime import weight_file
from engine.plain_weights import plain_weights

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def gguf(model_folder: Path) -> Path:
    found = weight_file(model_folder)
    assert found is not None
    return found


def linear_layers(ir: Path) -> dict[str, Any]:
    """Name -> node, of an IR whose layers are named."""
    graph = openvino.Core().read_model(ir / IR_FILE)
    start, end = "__module.", "/ov_ext::linear/MatMul"
    names = {node.get_friendly_name(): node for node in graph.get_ops()}
    return {name[len(start) : -len(end)]: node for name, node in names.items() if name.endswith(end)}


def weights_of(node: Any) -> Any:
    graph = openvino.Model([ops.result(ops.convert(node.input_value(1), "f32"))], [], "weights")
    return openvino.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([])[0]


def test_every_linear_layer_has_the_weights_of_the_file(gguf: Path, model_folder: Path) -> None:
    from safetensors.torch import load_file

    plain = load_file(plain_weights(model_folder) / "model.safetensors")
    layers = linear_layers(named_ir(gguf))
    assert len(layers) == 7 * read_header(gguf).layers
    for name, node in layers.items():
        wanted = plain[f"{name}.weight"].float().numpy()
        off = np.linalg.norm(weights_of(node) - wanted) / np.linalg.norm(wanted)
        assert off < 0.004, name  # the plain weights are bfloat16, which is 0.002 off by itself


def test_layers_in_each_others_place_are_refused(gguf: Path, tmp_path: Path) -> None:
    import openvino_genai

    link = tmp_path / gguf.name
    link.symlink_to(gguf)
    openvino_genai.LLMPipeline(link, "CPU", enable_save_ov_model=True)
    graph = openvino.Core().read_model(tmp_path / IR_FILE)
    products = [node for node in graph.get_ordered_ops() if node.get_type_name() == "MatMul"]
    products.sort(key=lambda node: int(node.get_friendly_name().rpartition("_")[2]))
    static = [node for node in products if node.input(1).get_partial_shape().is_static]
    key, value = static[1], static[2]  # of the first layer, equal in shape
    swapped = {"model.layers.0.self_attn.k_proj": value, "model.layers.0.self_attn.v_proj": key}
    with pytest.raises(EngineFailed, match="other weights than the file"):
        restore_zero_points(swapped, gguf, read_header(gguf))
