"""The adapters of this home: those that ship with Hawker and those that the shop made, and which one is live.

Promoting puts an adapter in front of its model; rolling back takes it away again. Of those in front the latest that
was tuned for a task and a language speaks there, so that a brand's ads leave the desk and the letters to the voice that
knows them. Before anything was promoted the shipped adapter of a model is live. Whether an adapter deserves it is
judged by `finetune.promotion`, not here.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from core.errors import UserError
from core.settings import Settings
from engine.adapter_manifest import AdapterManifest, read_manifest
from engine.shelf import is_installed, weights_sha256

SHIPPED = Path(__file__).with_name("shipped")
LIVE = "LIVE.json"
BARE = "none"
"""the name that stands for the model without an adapter, in settings and in the history"""
NEWEST = "live"


@dataclass(frozen=True, slots=True)
class Installed:
    manifest: AdapterManifest
    folder: Path
    shipped: bool

    @property
    def name(self) -> str:
        return self.manifest.name

    def knows(self, task: str, language: str) -> bool:
        """Whether it was tuned for both."""
        return task in self.manifest.tasks and language in self.manifest.languages


class Adapters:
    """The registry. Reading it imports nothing heavy; changes are whole files, renamed into place."""

    def __init__(self, settings: Settings, shipped: Path = SHIPPED) -> None:
        self._settings = settings
        self._shipped, self._own = shipped, settings.home / "adapters"

    def all(self) -> tuple[Installed, ...]:
        """Every adapter, the shipped ones first, each kind by name. A broken folder is passed over in silence here;
        `get` tells what is wrong with it."""
        return tuple(one for folder in self._folders() if (one := self._readable(folder)) is not None)

    def get(self, name: str) -> Installed:
        """Raises `UserError` naming those that there are, or what is wrong with it."""
        for folder in self._folders():
            if folder.name == name:
                return Installed(read_manifest(folder), folder, folder.parent == self._shipped)
        known = ", ".join(one.name for one in self.all()) or "none yet: train one with `hawker finetune`"
        raise UserError("adapter", name, f"one of: {known}")

    def of(self, model: str) -> tuple[Installed, ...]:
        """Those made for `model`."""
        return tuple(one for one in self.all() if one.manifest.base == model)

    def fitting(self, model: str) -> tuple[Installed, ...]:
        """Those made for the very weights of `model` that are installed."""
        return tuple(one for one in self.of(model) if self._fits(one))

    def live(self, model: str, task: str, language: str) -> Installed | None:
        """The one that speaks for `model` there, under the settings in force; None for the bare model.

        Raises `UserError` where the settings name one that is unknown, or it was made for other weights.
        """
        chosen = self._settings.adapter
        if chosen == NEWEST:
            found = self.promoted(model, task, language)
            return self._fitting(found) if found else None
        if chosen == BARE:
            return None
        found = self.get(chosen)
        return self._fitting(found) if found.manifest.base == model and found.knows(task, language) else None

    def promoted(self, model: str, task: str, language: str) -> Installed | None:
        """The latest in front of `model` that knows both, whatever the settings name for this run."""
        for name in reversed(self._in_front(model)):
            if name == BARE:
                return None
            if (found := self.get(name)).knows(task, language):
                return found
        return None

    def speaking(self, adapter: AdapterManifest) -> tuple[str, ...]:
        """Names of those promoted for what `adapter` was tuned for, `none` where the bare model speaks."""
        everywhere = product(adapter.tasks, adapter.languages)
        found = (self.promoted(adapter.base, task, language) for task, language in everywhere)
        return tuple(dict.fromkeys(one.name if one else BARE for one in found))

    def history(self, model: str) -> tuple[str, ...]:
        """Names promoted for `model`, oldest first; `none` where the bare model was."""
        return tuple(self._read_history().get(model, ()))

    def add(self, folder: Path, replace: bool = False) -> Installed:
        """Take in an adapter's folder; `replace` puts it in the place of an own one of that name that is not live.

        Raises `UserError` where it is broken, made for other weights, or its name is taken.
        """
        manifest = read_manifest(folder)
        self._fitting(Installed(manifest, folder, shipped=False))
        self.require_free(manifest.name, replace)
        place = self._own / manifest.name
        if place.is_dir():
            self.remove(manifest.name)
        self._own.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".partial-", dir=self._own) as workshop:
            made = Path(workshop) / manifest.name
            shutil.copytree(folder, made, ignore=shutil.ignore_patterns("checkpoint*"))
            made.rename(place)
        return Installed(manifest, place, shipped=False)

    def require_free(self, name: str, replace: bool = False) -> None:
        """Raises `UserError` where `add` could not take in an adapter of this name: ask before training one."""
        found = next((one for one in self._folders() if one.name == name), None)
        if found is None:
            return
        if not replace or found.parent == self._shipped:
            raise UserError("adapter", name, "a name that is not taken", "choose another one")
        self._require_silent(self.get(name))

    def remove(self, name: str) -> None:
        """Raises `UserError` for a shipped adapter, and for one that is live."""
        found = self.get(name)
        if found.shipped:
            raise UserError("adapter", name, "one of your own: shipped adapters stay", "or set HAWKER_ADAPTER=none")
        self._require_silent(found)
        shutil.rmtree(found.folder)
        self._write_history(
            {model: [one for one in names if one != name] for model, names in self._read_history().items()}
        )

    def promote(self, name: str, model: str | None = None) -> None:
        """Make `name` the live one of its base; `none` with a `model` silences that model's adapters."""
        if name == BARE:
            if model is None:
                raise UserError("--model", "", "the model that shall speak without an adapter")
            base = model
        else:
            base = self._fitting(self.get(name)).manifest.base
        names = self._in_front(base) or (BARE,)
        if names[-1] != name:
            self._write_history({**self._read_history(), base: [*names, name]})

    def rollback(self, model: str) -> str:
        """The name that is live again. Raises `UserError` where nothing was promoted before."""
        history = self._read_history()
        names = history.get(model, [])
        if len(names) < 2:
            raise UserError("model", model, "a model of which an adapter was promoted before")
        self._write_history({**history, model: names[:-1]})
        return names[-2]

    def _require_silent(self, found: Installed) -> None:
        if found.name in self.speaking(found.manifest):
            raise UserError("adapter", found.name, "one that is not live", "run: hawker adapters rollback")

    def _in_front(self, model: str) -> tuple[str, ...]:
        """Names in front of `model`, the latest last: as promoted, else the shipped ones that fit the weights, of
        which the later by name was made to say better what it knows.
        """
        return self.history(model) or tuple(one.name for one in self.of(model) if one.shipped and self._fits(one))

    def _fitting(self, found: Installed) -> Installed:
        if self._fits(found):
            return found
        base = found.manifest.base
        raise UserError(
            f"adapter {found.name}", found.manifest.base_sha256[:12], f"the weights of {base} that are installed",
            f"train it again: hawker finetune with base: {base}",
        )  # fmt: skip

    def _fits(self, found: Installed) -> bool:
        """Is its base installed and the very same? A base that is not installed yet cannot differ."""
        manifest = found.manifest
        if self._settings.engine == "scripted" or not is_installed(self._settings, manifest.base):
            return True
        return weights_sha256(self._settings, manifest.base) == manifest.base_sha256

    def _folders(self) -> list[Path]:
        return [
            path
            for root in (self._shipped, self._own)
            if root.is_dir()
            for path in sorted(root.iterdir())
            if path.is_dir() and not path.name.startswith((".", "_"))
        ]

    def _readable(self, folder: Path) -> Installed | None:
        try:
            return Installed(read_manifest(folder), folder, folder.parent == self._shipped)
        except UserError:
            return None

    def _read_history(self) -> dict[str, list[str]]:
        path = self._own / LIVE
        if not path.is_file():
            return {}
        return {model: list(names) for model, names in json.loads(path.read_text("utf-8")).items()}

    def _write_history(self, history: dict[str, list[str]]) -> None:
        self._own.mkdir(parents=True, exist_ok=True)
        draft = self._own / f".{LIVE}"
        draft.write_text(json.dumps(history, indent=2, sort_keys=True) + "\n", "utf-8")
        draft.replace(self._own / LIVE)
