"""What a LoRA adapter says of itself: `MANIFEST.json` beside PEFT's two files.

It is written by whoever trained the adapter and read wherever one is served, so that an adapter never speaks through
weights that it was not made for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from core.errors import UserError

FILE, NOTICE = "MANIFEST.json", "NOTICE"
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


@dataclass(frozen=True, slots=True)
class AdapterManifest:
    """`name` is what people call it; `base` the catalogue name of the model that it changes."""

    name: str
    base: str
    base_sha256: str
    """of the base's weights, see `engine.shelf.weights_sha256`"""
    tasks: tuple[str, ...]
    """`copy`, `email`, `support`: what it was tuned for; anything else is asked of the bare model"""
    languages: tuple[str, ...]
    """ISO 639-1"""
    prompts: tuple[str, ...]
    """references of the prompts that it was tuned on, `copy/ad@3#0f3a9c21-bare:en`"""
    data_sha256: str
    """of the examples that it learned from"""
    recipe: Mapping[str, object]
    metrics: Mapping[str, float]
    licence: str
    created: str
    """ISO 8601, UTC"""
    notices: tuple[str, ...] = field(default=())
    """what the base's licence wants said of a derivative"""


def read_manifest(folder: Path) -> AdapterManifest:
    """The manifest of the adapter in `folder`. Raises `UserError` naming what is missing or wrong."""
    for name in (CONFIG, WEIGHTS, FILE):
        if not (folder / name).is_file():
            raise UserError("adapter", folder, f"a folder with {name}", "give the folder that `hawker finetune` wrote")
    try:
        raw = json.loads((folder / FILE).read_text("utf-8"))
        listed = {key: tuple(raw.get(key, ())) for key in ("tasks", "languages", "prompts", "notices")}
        return AdapterManifest(**{**raw, **listed})
    except (ValueError, TypeError) as error:
        known = ", ".join(one.name for one in fields(AdapterManifest))
        raise UserError(f"adapter {folder.name}: {FILE}", str(error), f"JSON with {known}") from None


def write_manifest(folder: Path, manifest: AdapterManifest) -> None:
    """Into an adapter's folder, with the notices beside it."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    write_notices(folder, manifest)


def write_notices(folder: Path, manifest: AdapterManifest) -> None:
    """What the base's licence wants said, beside every file made from it; nothing where it wants nothing."""
    if manifest.notices:
        (folder / NOTICE).write_text("\n".join(manifest.notices) + "\n", encoding="utf-8")
