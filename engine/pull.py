"""Installing a model: fetch, verify, convert, move into place in one step. Run by `hawker models pull|verify`.

A model folder appears whole or not at all: everything is made in a hidden folder beside it, which the next pull
clears away where a kill left it. Pulls on one models folder wait for each other.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import CorruptWeights, UserError
from core.settings import Settings
from engine.catalog import HubSource, ModelEntry, find_entry
from engine.licences import check_licence
from engine.recipes import RECIPE_VERSION, make_model
from engine.shelf import (
    Manifest,
    folder_of,
    installed,
    is_installed,
    is_local,
    read_manifest,
    require_model,
    sha256_of,
    sha256_of_files,
)
from engine.sources import Progress

__all__ = ["Verification", "installed", "pull", "verify"]
_PARTIAL = ".partial-"


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found. A model is sound where nothing is corrupted and nothing is missing."""

    name: str
    files: int
    bytes: int
    corrupted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not (self.corrupted or self.missing)

    def __str__(self) -> str:
        """One line for people."""
        if self.sound:
            return f"{self.name}: {self.files} files, {self.bytes / 1e6:.0f} MB, all as installed"
        faults = [f"{file} is corrupted" for file in self.corrupted] + [f"{file} is missing" for file in self.missing]
        return f"{self.name}: {', '.join(faults)}; run: hawker models pull {self.name}"


def pull(settings: Settings, name: str, accept_licence: bool = False, progress: Progress | None = None) -> Path:
    """Install `name` (catalogue name or hub id) and return its folder. An installed, sound model is left as it is.

    Raises `UserError` for an unknown name or terms not accepted, `CorruptWeights` where the published file is not
    what the catalogue says, `HawkerError` where it cannot be fetched.
    """
    tell = progress or (lambda line: None)
    if is_local(name):
        raise UserError("model", name, "a catalogue name or a hub id", "a local folder is used where it lies")
    entry = find_entry(name) or _hub_entry(name)
    check_licence(settings, entry, accept_licence)
    if entry.terms:
        tell(f"{name} is provided under and subject to the {entry.licence} found at {entry.terms}")
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    with _alone(settings.models_dir):
        if is_installed(settings, name) and verify(settings, name).sound:
            tell(f"{name} is installed")
            return folder_of(settings, name)
        with _workshop(settings.models_dir) as workshop:
            _install(settings, entry, workshop, tell)
    tell(f"{name} is installed")
    return folder_of(settings, name)


def verify(settings: Settings, name: str) -> Verification:
    """Compute every file's sha256 again. Raises `ModelMissing` where the model is not installed."""
    folder = require_model(settings, name)
    if is_local(name) and not (folder / "manifest.json").is_file():
        raise UserError("model", name, "an installed model", "a local folder has no recorded sha256 to compare with")
    manifest = read_manifest(folder)
    there = {file: folder / file for file in manifest.files if (folder / file).is_file()}
    return Verification(
        name=name,
        files=len(there),
        bytes=sum(path.stat().st_size for path in there.values()),
        corrupted=tuple(file for file, path in there.items() if sha256_of(path) != manifest.files[file]),
        missing=tuple(file for file in manifest.files if file not in there),
    )


def ensure_sound(settings: Settings, name: str) -> None:
    """Raise `CorruptWeights` naming the files that are not as installed."""
    found = verify(settings, name)
    if not found.sound:
        raise CorruptWeights(str(found))


def _install(settings: Settings, entry: ModelEntry, workshop: Path, tell: Progress) -> None:
    made, downloads = workshop / "model", workshop / "downloads"
    made.mkdir()
    downloads.mkdir()
    found = make_model(entry, made, downloads, tell)
    Manifest(
        name=entry.name,
        kind=found.kind,
        source=" + ".join(str(source) for source in entry.sources),
        licence=found.licence,
        languages=found.languages,
        converted_by=f"hawker recipe {entry.recipe} {RECIPE_VERSION}",
        files=sha256_of_files(made),
    ).write(made)
    final = folder_of(settings, entry.name)
    if final.exists():
        final.rename(workshop / "replaced")
    made.rename(final)


def _hub_entry(repo: str) -> ModelEntry:
    return ModelEntry(
        name=repo,
        kind="language",
        sources=(HubSource(repo),),
        recipe="hub",
        licence="as its model card says",
        size_bytes=0,
        languages=("en", "zh"),
        summary="from the Hugging Face hub",
    )


@contextmanager
def _alone(models_dir: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system drops when the process ends, however it ends."""
    with (models_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _workshop(models_dir: Path) -> Iterator[Path]:
    """A folder on the same file system, gone afterwards; those of killed pulls go too (we hold the lock)."""
    for stale in models_dir.glob(f"{_PARTIAL}*"):
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=models_dir) as folder:
        yield Path(folder)
