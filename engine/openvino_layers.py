"""A GGUF as OpenVINO IR whose linear layers bear the names that PEFT adapters look for; written once per model.

OpenVINO GenAI reads a GGUF into layers called `MatMul_46` and so on, and silently ignores an adapter whose layers it
does not find. In graph order the matrix products with a static two-dimensional second input are q, k, v, o, gate, up,
down of layer 0, then layer 1 ..., and the vocabulary last. Each is checked against the shape that the GGUF header
says, and a model that does not fit is refused. Of projections with equal shapes the order alone tells (k from v, gate
from up): the adapter parity test guards that.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from core.errors import CorruptWeights, EngineFailed
from engine.exact_zero_points import restore_zero_points
from engine.gguf_header import GgufHeader, read_header
from engine.soundness import require_sound, sha256_of

READABLE = frozenset({"llama", "qwen2", "qwen3"})
"""GGUF architectures that OpenVINO GenAI reads (2026.4)"""
IR_FILE = "openvino_model.xml"
_WEIGHTS = "openvino_model.bin"
_ORIGIN = "origin.json"
_IR_VERSION = 2
"""raise it where what is written here changes, so that older folders are not used"""
_PROJECTIONS = (
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
)


def named_ir(gguf: Path) -> Path:
    """The folder with the renamed IR of `gguf`, beside it; made where it is not there yet (some seconds).

    It appears whole or not at all, and two processes that make it at once both succeed. Raises `CorruptWeights` for
    an unreadable file and `EngineFailed` for a network whose layers are not the expected ones.
    """
    import openvino

    final = gguf.parent / f"openvino-{openvino.__version__.split('-')[0]}-{_IR_VERSION}"
    if _is_of(final, gguf):
        return final
    require_sound(gguf)
    header = read_header(gguf)
    if header.architecture not in READABLE:
        raise EngineFailed(f"{gguf.name}: OpenVINO reads {', '.join(sorted(READABLE))}, not {header.architecture}")
    with tempfile.TemporaryDirectory(prefix=".openvino-", dir=gguf.parent) as workshop:
        _write_ir(gguf, header, Path(workshop))
        _write_origin(Path(workshop) / "named", gguf)
        _publish(Path(workshop), final, gguf)
    return final


def is_damaged(ir: Path) -> bool:
    """Whether the IR's weights are no longer what was written; `discard` it then and make it again."""
    recorded: str = json.loads((ir / _ORIGIN).read_text(encoding="utf-8"))["weights"]
    return sha256_of(ir / _WEIGHTS) != recorded


def discard(ir: Path) -> None:
    """Remove a damaged IR, so that the next `named_ir` makes it again."""
    shutil.rmtree(ir, ignore_errors=True)


def _is_of(ir: Path, gguf: Path) -> bool:
    """Whether `ir` is there and was made from this very file: same size and time, or else same sha256."""
    try:
        origin = json.loads((ir / _ORIGIN).read_text(encoding="utf-8"))
        stat = gguf.stat()
        return bool([stat.st_size, stat.st_mtime_ns] == origin["stat"] or sha256_of(gguf) == origin["sha256"])
    except (OSError, ValueError, KeyError):
        return False


def _write_origin(ir: Path, gguf: Path) -> None:
    stat = gguf.stat()
    origin = {
        "stat": [stat.st_size, stat.st_mtime_ns],
        "sha256": sha256_of(gguf),
        "weights": sha256_of(ir / _WEIGHTS),
    }
    (ir / _ORIGIN).write_text(json.dumps(origin), encoding="utf-8")


def _publish(workshop: Path, final: Path, gguf: Path) -> None:
    """Put `named` in place of what is at `final`. Another process may have been quicker: what it made is the same."""
    try:
        if final.exists():
            final.rename(workshop / "old")
        (workshop / "named").rename(final)
    except OSError:
        if not _is_of(final, gguf):
            raise


def _write_ir(gguf: Path, header: GgufHeader, workshop: Path) -> None:
    """Let GenAI write its IR beside a link to the GGUF, then name the layers and save again under `named`."""
    import openvino
    import openvino_genai

    link = workshop / gguf.name
    link.symlink_to(os.path.relpath(gguf, workshop))
    try:
        openvino_genai.LLMPipeline(link, "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        raise CorruptWeights(f"{gguf}: OpenVINO cannot read it ({last_line(error)}); pull the model again") from error
    model = openvino.Core().read_model(workshop / IR_FILE)
    restore_zero_points(name_layers(model, header, gguf.name), gguf, header)
    (workshop / "named").mkdir()
    openvino.save_model(model, workshop / "named" / IR_FILE, compress_to_fp16=False)
    for path in workshop.glob("openvino_*tokenizer.*"):
        shutil.copy2(path, workshop / "named" / path.name)


def name_layers(model: Any, header: GgufHeader, source: str) -> dict[str, Any]:
    """Give the linear layers of an `openvino.Model` read from a GGUF their PyTorch names, in place.

    Returns name -> node, without the vocabulary.
    """
    linear = [node for node in model.get_ordered_ops() if node.get_type_name() == "MatMul" and _static_2d(node)]
    linear.sort(key=lambda node: int(node.get_friendly_name().rpartition("_")[2]))
    shapes = _expected_shapes(header)
    expected = len(shapes) * header.layers
    if len(linear) not in (expected, expected + 1):
        raise EngineFailed(f"{source}: {len(linear)} linear layers found, expected {expected} and the vocabulary's")
    named: dict[str, Any] = {}
    for at, node in enumerate(linear[:expected]):
        layer, which = divmod(at, len(shapes))
        found = tuple(node.input(1).get_shape())
        if found != shapes[which]:
            name = f"layer {layer} {_PROJECTIONS[which]}"
            raise EngineFailed(f"{source}: {name} has shape {found}, expected {shapes[which]}")
        name = f"model.layers.{layer}.{_PROJECTIONS[which]}"
        node.set_friendly_name(f"__module.{name}/ov_ext::linear/MatMul")
        named[name] = node
    return named


def _static_2d(node: Any) -> bool:
    shape = node.input(1).get_partial_shape()
    return bool(shape.is_static and len(shape) == 2)


def _expected_shapes(header: GgufHeader) -> tuple[tuple[int, int], ...]:
    """(out, in) of the seven projections of one layer."""
    head = header.head_size
    queries, keys = header.heads * head, header.key_value_heads * head
    wide, hidden = header.feed_forward, header.hidden
    attention = ((queries, hidden), (keys, hidden), (keys, hidden), (hidden, queries))
    return (*attention, (wide, hidden), (wide, hidden), (hidden, wide))


def last_line(error: Exception) -> str:
    """What an OpenVINO exception says, without its source lines."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
