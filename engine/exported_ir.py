"""Where the OpenVINO IR lies that a pull exported for a model (`engine.convert_openvino`), and what is known of it."""

from __future__ import annotations

import json
from pathlib import Path

from engine.soundness import sha256_of

IR_FOLDER = "openvino"
IR_FILE = "openvino_model.xml"
WEIGHTS_FILE = "openvino_model.bin"
ORIGIN_FILE = "origin.json"


def exported_ir(folder: Path) -> Path | None:
    """The IR's folder below a model's, or None where none was exported."""
    ir = folder / IR_FOLDER
    return ir if (ir / IR_FILE).is_file() and (ir / "config.json").is_file() else None


def context_tokens(ir: Path) -> int:
    """How many tokens prompt and answer may have together."""
    return int(json.loads((ir / "config.json").read_text(encoding="utf-8"))["max_position_embeddings"])


def write_origin(ir: Path) -> None:
    """Record the weights' sha256 where whoever opens the IR compares it."""
    origin = {"weights": sha256_of(ir / WEIGHTS_FILE)}
    (ir / ORIGIN_FILE).write_text(json.dumps(origin), encoding="utf-8")
