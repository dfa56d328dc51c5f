"""Kept models, read back: HAWKER_HOME/insight/NAME/VERSION, of which the file `current` beside them names one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import CorruptWeights, NotFound, UserError
from insight.predicting.calibrators import Calibrator
from insight.predicting.columns import Column
from insight.predicting.drift import reference_from
from insight.predicting.linear import linear_of
from insight.predicting.model import ScoreModel
from insight.predicting.trees import trees_of

FORMAT = "hawker-score-1"
FOLDER = "insight"
CURRENT = "current"
NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept model: where it lies and what its JSON says."""

    folder: Path
    about: Mapping[str, Any]


def current(home: Path, name: str) -> Kept:
    """The current version of `name`. Raises `NotFound` where there is none."""
    folder = home / FOLDER / check_name(name)
    try:
        version = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        known = ", ".join(one.folder.parent.name for one in kept(home)) or "none yet"
        raise NotFound("model", name, f"one of: {known}", f"make it with `hawker insight train {name}`") from None
    return _read(folder / version)


def kept(home: Path) -> Iterator[Kept]:
    """The current version of every model, by name."""
    for pointer in sorted((home / FOLDER).glob(f"*/{CURRENT}")):
        folder = pointer.parent / pointer.read_text(encoding="utf-8").strip()
        if (folder / "model.json").is_file():
            yield _read(folder)


def load(found: Kept) -> ScoreModel:
    """The model. Raises `CorruptWeights` where its files are not as they were written."""
    about = found.about
    try:
        trees = found.folder / "trees.txt"
        scorer = linear_of(about["linear"]) if about["linear"] else trees_of(trees.read_text(encoding="utf-8"))
        stairs = about["calibrator"]
        return ScoreModel(
            name=about["name"],
            columns=tuple(Column(c["name"], c["words"], c["levels"] and tuple(c["levels"])) for c in about["columns"]),
            scorer=scorer,
            calibrator=Calibrator(stairs["kind"], np.array(stairs["at"]), np.array(stairs["to"])),
            reference=reference_from(about["reference"]),
            version=found.folder.name,
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise CorruptWeights(f"{found.folder} is not a score that Hawker can read ({error}); train it again") from error


def check_name(name: str) -> str:
    """`name`, where it can be a folder's. Raises `UserError` elsewhere."""
    if not name or len(name) > 60 or not set(name) <= set(NAME):
        raise UserError("model", name, "letters, digits, - and _, at most 60", "name it another way")
    return name


def _read(folder: Path) -> Kept:
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorruptWeights(f"{folder} holds no readable model.json ({error}); train it again") from error
    if about.get("format") != FORMAT:
        raise CorruptWeights(f"{folder} is not a {FORMAT}; train it again")
    return Kept(folder, about)
