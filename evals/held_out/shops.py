"""Opening a held-out shop in a home of its own, loaded as `hawker shop load` would load it.

A shop is loaded once for its content and embedding model and kept under `<home>/evals`; every run works on a copy of
that home, so that no text of an earlier run is found again and two runs may go on at once. Models and adapters are
those of the user. Remove `<home>/evals` after changing how shops are loaded or indexed.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from agent.house import House
from agent.refresh import refresh
from core.errors import HawkerError, UserError
from core.settings import Settings
from engine.adapters import Adapters
from shop.loading import load_shop

SHOPS = Path(__file__).parents[1] / "shops"


class VisitingHouse(House):
    """A house over a held-out shop whose writers are the owner's: their models, and their adapters."""

    def __init__(self, settings: Settings, owner: Settings) -> None:
        super().__init__(settings)
        self._owner = owner

    @cached_property
    def adapters(self) -> Adapters:
        return Adapters(self._owner)


def shop_names() -> tuple[str, ...]:
    """The held-out shops, in alphabetical order."""
    return tuple(sorted(path.name for path in SHOPS.iterdir() if path.is_dir()))


def shop_folder(name: str) -> Path:
    """Where the shop's files lie. Raises `UserError` naming those that there are."""
    if name not in shop_names():
        raise UserError("shop", name, f"one of {', '.join(shop_names())}", "choose one of these")
    return SHOPS / name


@contextmanager
def open_shop(settings: Settings, name: str) -> Iterator[House]:
    """The house of the held-out shop `name`, thrown away at the end. `settings` are the user's."""
    kept = _loaded(settings, name)
    with tempfile.TemporaryDirectory(prefix="hawker-eval-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(kept, home)
        with VisitingHouse(_at_home(settings, home), settings) as house:
            yield house


def _loaded(settings: Settings, name: str) -> Path:
    """The home that holds the shop and nothing else; made at the first call."""
    root = settings.home / "evals"
    place = root / f"{name}-{_fingerprint(shop_folder(name), settings.embedder)}"
    if place.is_dir():
        return place
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".loading-", dir=root) as folder:
        home = Path(folder) / "home"
        with House(_at_home(settings, home)) as house:
            report = load_shop(house.store, shop_folder(name))
            if report.refused_notes:
                raise HawkerError(f"held-out shop {name}: {report.refused_notes[0]}")
            refresh(house)
        if not place.is_dir():  # another process may have been quicker
            home.rename(place)
    return place


def _at_home(settings: Settings, home: Path) -> Settings:
    """The user's settings over another home: nothing of theirs is read or written but models and adapters."""
    own = {"home": home, "models": settings.models_dir, "database_url": None, "key_file": None, "chroma_url": None}
    return settings.model_copy(update=own)


def _fingerprint(folder: Path, embedder: str) -> str:
    """Twelve hex digits of SHA-256 over every file's path and content, and the embedding model's name."""
    digest = hashlib.sha256(embedder.encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
