"""What lies in the models folder: one folder per installed model, with a manifest of what it is and its files' sha256.

It does not know where weights come from. Reading a manifest imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import CorruptWeights, ModelMissing
from core.settings import Settings
from engine.catalog import CATALOG, Kind

MANIFEST = "manifest.json"
DERIVED = "openvino-"
"""begins the name of a folder that `engine.openvino_layers` makes of a GGUF, and makes anew where it is damaged"""
WEIGHTS = (".gguf", ".safetensors")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an installed model is. `files` maps a path below the folder to its sha256."""

    name: str
    kind: Kind
    source: str
    licence: str
    languages: tuple[str, ...]
    converted_by: str
    """Hawker's recipe and its version, so that a folder made by an older one can be told"""
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an installed model. Raises `CorruptWeights` where it cannot be read."""
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**{**raw, "languages": tuple(raw["languages"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CorruptWeights(f"{folder / MANIFEST} is unreadable ({error}); pull the model again") from None


def folder_of(settings: Settings, name: str) -> Path:
    """Where the model lies or would lie: a hub id's slash becomes `--`, an existing local folder stands for itself."""
    if is_local(name):
        return Path(name).expanduser().resolve()
    return settings.models_dir / name.replace("/", "--")


def is_local(name: str) -> bool:
    """Is `name` the path of an existing folder, rather than a catalogue name or a hub id?"""
    return "/" in name and Path(name).expanduser().is_dir()


def is_installed(settings: Settings, name: str) -> bool:
    folder = folder_of(settings, name)
    return is_local(name) or (folder / MANIFEST).is_file()


def require_model(settings: Settings, name: str) -> Path:
    """The folder of an installed model, or `ModelMissing` with the command that installs it."""
    if is_installed(settings, name):
        return folder_of(settings, name)
    raise ModelMissing("model", name, "an installed model", f"run: {pull_command(name)}")


def pull_command(name: str) -> str:
    """What a person types to install the model."""
    entry = CATALOG.get(name)
    return f"hawker models pull {name}" + (" --accept-licence" if entry and entry.needs_acceptance else "")


def installed(settings: Settings) -> list[str]:
    """Names of the installed models, sorted."""
    if not settings.models_dir.is_dir():
        return []
    manifests = settings.models_dir.glob(f"[!.]*/{MANIFEST}")
    return sorted(read_manifest(path.parent).name for path in manifests)


def weights_sha256(settings: Settings, name: str) -> str:
    """What tells the weights of an installed model from all others, in hex: of its one weight file, else over all."""
    folder = folder_of(settings, name)
    files = read_manifest(folder).files if (folder / MANIFEST).is_file() else sha256_of_files(folder)
    weights = [sha for path, sha in sorted(files.items()) if "/" not in path and path.endswith(WEIGHTS)]
    return weights[0] if len(weights) == 1 else hashlib.sha256("\n".join(weights).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sha256_of_files(folder: Path) -> dict[str, str]:
    """Path below `folder` -> sha256, for every file but the manifest and what OpenVINO's runtime derives and heals."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    files = [path for path in files if not path.relative_to(folder).parts[0].startswith(DERIVED)]
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
