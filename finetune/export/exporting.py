"""Exporting an adapter: weights that other programs load, written only where they say what the adapter says.

    adapter + base -> merged float32 -> (GGUF) -> the parity gate at every step -> the folder asked for

All is made in a hidden folder beside the one asked for, which is renamed at the end: it appears whole and proven, or
not at all.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import UserError
from core.plain import plain
from core.settings import Settings
from engine.adapter_manifest import AdapterManifest, write_notices
from engine.adapters import Installed
from engine.gguf_header import read_header
from engine.plain_weights import plain_weights
from engine.shelf import require_model, weights_sha256
from engine.templates import PromptEncoder
from finetune.export.gate import ParityGate
from finetune.export.gguf_file import Precision, write_gguf
from finetune.export.gguf_layout import layout_of
from finetune.export.merging import MERGED, copy_tokenizer, write_merged
from finetune.export.prompts_drawn import draw_prompts
from finetune.parity import Agreement

Format = Literal["safetensors", "gguf"]
RECORD = "EXPORT.json"
_WORK = ".partial-"


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is wanted. `precision` and `base_gguf` concern GGUF alone."""

    to: Path
    form: Format = "gguf"
    precision: Precision = "f16"
    base_gguf: Path | None = None
    """the base's own GGUF file, for its tokenizer and sizes; None: the one in the base's folder"""


@dataclass(frozen=True, slots=True)
class Exported:
    """Also `EXPORT.json` in the folder."""

    adapter: str
    base: str
    base_sha256: str
    licence: str
    file: Path
    parity: tuple[Agreement, ...]


def export(settings: Settings, adapter: Installed, order: ExportOrder, tell: Callable[[str], None]) -> Exported:
    """Write what `order` says, or nothing. `tell` hears each step and what it measured.

    Raises `UserError` for another base, a folder that is in use or a network that GGUF is not written of,
    `ModelMissing` without the base, and `ParityFailed`.
    """
    base = require_model(settings, adapter.manifest.base)
    _require_same_base(settings, adapter.manifest)
    source = _base_gguf(base, order) if order.form == "gguf" else None
    to = _free(order.to)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=to.parent) as folder:
        workshop = _Workshop(adapter, base, Path(folder), tell)
        made = workshop.merged()
        if source is not None:
            made = workshop.gguf(source, order.precision)
        manifest, parity = adapter.manifest, tuple(workshop.parity)
        file = to / made.name
        exported = Exported(manifest.name, manifest.base, manifest.base_sha256, manifest.licence, file, parity)
        _write_record(exported, manifest, made.parent)
        made.parent.rename(to)
    return exported


class _Workshop:
    """One export in the making: each step writes its files and passes the gate."""

    def __init__(self, adapter: Installed, base: Path, folder: Path, tell: Callable[[str], None]) -> None:
        self._adapter, self._base, self._folder, self._tell = adapter, base, folder, tell
        self._plain, encoder = plain_weights(base), PromptEncoder(base)
        prompts = draw_prompts(adapter.manifest, encoder)
        self._gate = ParityGate(self._plain, adapter.folder, prompts, encoder.end_tokens)
        self.parity: list[Agreement] = []

    def merged(self) -> Path:
        """The merged weights' file, in a folder that transformers loads."""
        folder = self._folder / "merged"
        folder.mkdir()
        self._tell(f"adding {self._adapter.name} to {self._adapter.manifest.base}")
        write_merged(self._plain, self._adapter.folder, folder)
        self._passed(self._gate.merged(folder))
        return folder / MERGED

    def gguf(self, source: Path, precision: Precision) -> Path:
        """The GGUF file of what `merged` wrote, with the metadata of the file `source`; the tokenizer's files beside
        it, so that the folder is a model that Hawker can be pointed at."""
        folder = self._folder / "gguf"
        folder.mkdir()
        file = folder / f"{self._adapter.name}-{precision.upper()}.gguf"
        self._tell(f"writing {file.name}")
        write_gguf(self._folder / "merged", source, file, self._adapter.name, precision)
        copy_tokenizer(self._base, folder)
        self._passed(self._gate.stored(file, precision))
        if self._gate.can_serve(read_header(file).architecture):
            aside = self._folder / "served"  # OpenVINO's own copy shall not lie in what is handed out
            aside.mkdir()
            (aside / file.name).symlink_to(file)
            self._passed(self._gate.served(aside, precision))
        return file

    def _passed(self, found: Agreement) -> None:
        self._tell(str(found))
        self.parity.append(found)


def _require_same_base(settings: Settings, manifest: AdapterManifest) -> None:
    installed, wanted = weights_sha256(settings, manifest.base), manifest.base_sha256
    if installed != wanted:
        expected = f"the very base that it was made for, {wanted[:12]}"
        fix = f"pull the same {manifest.base}, or train again"
        raise UserError(f"adapter {manifest.name}", f"base {installed[:12]}", expected, fix)


def _base_gguf(base: Path, order: ExportOrder) -> Path:
    """The file that metadata are copied from; a network that cannot be written is refused before the work."""
    found = order.base_gguf or next(iter(sorted(base.glob("*.gguf"))), None)
    if found is None:
        fix = "give the base's own file with --base-gguf, or choose --format safetensors"
        raise UserError("--format", "gguf", f"a base whose GGUF file is at hand; {base.name} has none", fix)
    if not found.is_file():
        raise UserError("--base-gguf", found, "a GGUF file")
    layout_of(read_header(found))
    return found


def _free(to: Path) -> Path:
    to = to.expanduser().resolve()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UserError("--to", to, "a folder that is not there yet, or is empty")
    return to


def _write_record(exported: Exported, manifest: AdapterManifest, made: Path) -> None:
    record = {**plain_record(exported), "file": exported.file.name, "recipe": plain(manifest.recipe)}
    (made / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    write_notices(made, manifest)


def plain_record(exported: Exported) -> dict[str, object]:
    """What was exported and how closely it agrees, as JSON values."""
    return {
        "adapter": exported.adapter,
        "base": exported.base,
        "base_sha256": exported.base_sha256,
        "licence": exported.licence,
        "file": str(exported.file),
        "parity": [plain(one) for one in exported.parity],
    }
