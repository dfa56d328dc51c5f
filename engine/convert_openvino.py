"""A transformers language model as OpenVINO IR with 8-bit weights, for models whose files OpenVINO cannot read itself.

What GenAI's continuous batching wants of a graph, and what is done here to have it:

- cache inputs and outputs become variables, read through a `Gather` by `beam_idx`;
- layers are called as PEFT calls them, so that adapters find them;
- sliding windows are recognised by the exact shape of their mask's subgraph (OpenVINO's gpt_oss_sliding_window_pattern)
  and otherwise silently dropped, which ruins every prompt longer than the window: so that subgraph is built by hand.

It runs once, at pull. Whether the graph says what the model says is `engine.check_openvino`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
from openvino import opset13 as ops
from transformers.cache_utils import Cache, DynamicLayer

from engine.exported_ir import IR_FILE, IR_FOLDER, write_origin

_INPUTS = ("input_ids", "attention_mask", "position_ids")
_SMALLEST_MATRIX = 1 << 16
"""numbers; smaller matrices stay as they are"""


def export_openvino(model: Any, folder: Path) -> Path:
    """Write the IR of a float32 transformers `model` whose files lie in `folder`; returns the IR's folder."""
    target = folder / IR_FOLDER
    target.mkdir()
    graph = _traced(model)
    _name_ports(graph, model.config)
    _name_layers(graph)
    _make_stateful(graph, model.config.num_hidden_layers)
    _build_sliding_masks(graph, model.config)
    _compress_weights(graph)
    openvino.save_model(graph, target / IR_FILE, compress_to_fp16=False)
    for name in ("config.json", "generation_config.json"):  # GenAI takes the end tokens from them
        if (folder / name).is_file():
            shutil.copy(folder / name, target / name)
    write_origin(target)
    return target


class _Step(torch.nn.Module):
    """Ids, mask, positions and each layer's keys and values so far -> logits and keys and values now."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, position_ids: torch.Tensor, *past: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        cache = Cache(layers=[_filled(*pair) for pair in zip(past[::2], past[1::2], strict=True)])
        logits = self.model(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=cache
        ).logits
        return (logits, *(tensor for layer in cache.layers for tensor in (layer.keys, layer.values)))


def _filled(keys: torch.Tensor, values: torch.Tensor) -> DynamicLayer:
    layer = DynamicLayer()
    layer.lazy_initialization(keys, values)
    layer.keys, layer.values = keys, values
    return layer


def _traced(model: Any) -> Any:
    rows, new, past = 2, 3, 5
    cache = [torch.zeros(rows, *_cache_shape(model.config, past)) for _ in range(2 * model.config.num_hidden_layers)]
    ids = torch.randint(5, 1000, (rows, new))
    positions = torch.arange(past, past + new).expand(rows, new).contiguous()
    example = (ids, torch.ones(rows, past + new, dtype=torch.long), positions, *cache)
    with torch.no_grad():
        return openvino.convert_model(_Step(model).eval(), example_input=example)


def _cache_shape(config: Any, length: int) -> tuple[int, int, int]:
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return config.num_key_value_heads, length, head


def _cache_names(layers: int, prefix: str) -> list[str]:
    return [f"{prefix}.{layer}.{part}" for layer in range(layers) for part in ("key", "value")]


def _name_ports(graph: Any, config: Any) -> None:
    layers = config.num_hidden_layers
    for port, name in zip(graph.inputs, [*_INPUTS, *_cache_names(layers, "past_key_values")], strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_friendly_name(name)
        shape = [-1, -1] if name in _INPUTS else [-1, *_cache_shape(config, -1)]
        port.get_node().set_partial_shape(openvino.PartialShape(shape))
    for port, name in zip(graph.outputs, ["logits", *_cache_names(layers, "present")], strict=True):
        port.get_tensor().set_names({name})
    graph.validate_nodes_and_infer_types()


def _name_layers(graph: Any) -> None:
    """`__module.model.model.layers.0...` to `__module.model.layers.0...`: the name without our wrapper."""
    for node in graph.get_ops():
        name = node.get_friendly_name()
        if name.startswith("__module.model."):
            node.set_friendly_name("__module." + name.removeprefix("__module.model."))


def _make_stateful(graph: Any, layers: int) -> None:
    """Caches become variables that begin empty, one row a sequence."""
    from openvino._offline_transformations import apply_make_stateful_transformation

    past, present = _cache_names(layers, "past_key_values"), _cache_names(layers, "present")
    beams = ops.parameter([-1], np.int32, name="beam_idx")
    beams.output(0).get_tensor().set_names({"beam_idx"})
    graph.add_parameters([beams])
    for name in past:
        port = graph.input(name)
        readers = port.get_target_inputs()
        chosen = ops.gather(port, beams, ops.constant(0))
        for reader in readers:
            reader.replace_source_output(chosen.output(0))
    graph.validate_nodes_and_infer_types()
    apply_make_stateful_transformation(graph, dict(zip(past, present, strict=True)))
    rows = _size(graph.input("input_ids"), 0)
    for node in graph.get_ops():
        if node.get_type_name() == "ReadValue":
            _, heads, _, size = node.get_output_partial_shape(0)
            shape = ops.concat([rows, *(ops.constant([n]) for n in (heads.get_length(), 0, size.get_length()))], 0)
            node.set_arguments([ops.broadcast(ops.constant(np.float32(0)), shape)])
    graph.validate_nodes_and_infer_types()


def _build_sliding_masks(graph: Any, config: Any) -> None:
    kinds = getattr(config, "layer_types", None) or []
    if "sliding_attention" not in kinds:
        return
    mask = _sliding_mask(graph, config.sliding_window)
    for node in graph.get_ops():
        if node.get_type_name() == "ScaledDotProductAttention":
            layer = int(node.get_friendly_name().split(".layers.")[1].split(".")[0])
            if kinds[layer] == "sliding_attention":
                node.input(3).replace_source_output(mask.output(0))
    graph.validate_nodes_and_infer_types()


def _sliding_mask(graph: Any, window: int) -> Any:
    """0 where query q may look at key k (q - window < k <= q, k not padding), else -inf: (rows, 1, queries, keys).

    The four `and` in this order, the broadcast, select and slice are what the pattern looks for.
    """
    rows, queries = _size(graph.input("input_ids"), 0), _size(graph.input("input_ids"), 1)
    keys = _size(graph.input("attention_mask"), 1)
    q = ops.unsqueeze(_range(ops.subtract(keys, queries), keys), ops.constant([0, 1, 3]))
    k = ops.unsqueeze(_range(ops.constant([0]), keys), ops.constant([0, 1, 2]))
    present = ops.unsqueeze(ops.convert(graph.input("attention_mask"), "boolean"), ops.constant([1, 2]))
    always = ops.constant(np.array(True))
    seen = ops.bitwise_and(ops.less_equal(k, q), ops.greater(k, ops.add(q, ops.constant(np.int64(-window)))))
    seen = ops.bitwise_and(ops.bitwise_and(always, ops.bitwise_and(seen, present)), always)
    seen = ops.broadcast(seen, ops.concat([rows, ops.constant([1]), queries, keys], 0))
    mask = ops.select(seen, ops.constant(np.float32(0)), ops.constant(np.float32(-np.inf)))
    return ops.slice(mask, ops.constant([0]), keys, ops.constant([1]), ops.constant([3]))


def _size(port: Any, axis: int) -> Any:
    """The size along one axis, as int64 of shape (1,)."""
    return ops.gather(ops.shape_of(port, "i64"), ops.constant([axis]), ops.constant(0))


def _range(start: Any, stop: Any) -> Any:
    axis = ops.constant([0])
    return ops.range(ops.squeeze(start, axis), ops.squeeze(stop, axis), ops.constant(np.int64(1)), "i64")


def _compress_weights(graph: Any) -> None:
    """Matrices to int8 with one scale a row. The vocabulary's is shared by input and output, and stays so."""
    for node in graph.get_ordered_ops():
        at = {"MatMul": 1, "Gather": 0}.get(node.get_type_name())
        if at is None:
            continue
        source = node.input_value(at)
        shape = source.get_partial_shape()
        is_constant = source.get_node().get_type_name() == "Constant"
        if is_constant and len(shape) == 2 and np.prod(source.get_shape()) >= _SMALLEST_MATRIX:
            packed = _packed(source.get_node().data)
            for reader in source.get_target_inputs():
                reader.replace_source_output(packed.output(0))


def _packed(weights: Any) -> Any:
    weights = np.asarray(weights, np.float32)
    scale = np.maximum(np.abs(weights).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / 127
    return ops.multiply(ops.convert(ops.constant(np.rint(weights / scale).astype(np.int8)), "f32"), ops.constant(scale))
