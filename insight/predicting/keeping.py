"""Where models lie: HAWKER_HOME/insight/NAME/VERSION (model.json, trees.txt for trees, card.md); `current` names one.

A version is the hash of what it holds, so the same rows and seed make the same version. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import CorruptWeights, NotFound, UserError
from insight.predicting.calibrators import Calibrator
from insight.predicting.cards import card_of
from insight.predicting.columns import Column
from insight.predicting.drift import reference_from
from insight.predicting.learned import Learned
from insight.predicting.linear import Linear, linear_of
from insight.predicting.model import ScoreModel
from insight.predicting.tasks import day_of
from insight.predicting.trees import Trees, trees_of

FORMAT = "hawker-score-1"
FOLDER = "insight"
CURRENT = "current"
VERSION_LETTERS = 12
NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept model: where it lies and what its JSON says."""

    folder: Path
    about: Mapping[str, Any]


def keep(home: Path, learned: Learned, question: Mapping[str, Any] | None = None) -> Learned:
    """Write `learned` as the current version of its name, and return it with its version.

    `question` is what the model needs to be asked again (`asked`, days ahead, a campaign).
    """
    model = learned.model
    about = {**_plain(model), "facts": asdict(learned.facts), "question": dict(question or {})}
    folder = _write_version(home, model, about)
    whole = replace(learned, model=replace(model, version=folder.name))
    _write(folder / "card.md", card_of(whole))
    _write(folder.parent / CURRENT, folder.name)
    return whole


def keep_update(home: Path, before: Kept, model: ScoreModel, times: NDArray[np.float64] | None) -> str:
    """Write `model`, which learnt on from `before` over rows of `times`, as the current version; returns that.

    Its card is the old one's, which tells how it was judged when it was trained, and a line of this update.
    """
    facts = dict(before.about["facts"])
    if times is not None:
        facts["last"] = day_of(float(times.max())).date().isoformat()
    folder = _write_version(home, model, {**_plain(model), "facts": facts, "question": before.about["question"]})
    card = (before.folder / "card.md").read_text(encoding="utf-8").rstrip()
    _write(folder / "card.md", f"{card}\n\nVersion {folder.name} learnt on from {before.folder.name}.\n")
    _write(folder.parent / CURRENT, folder.name)
    return folder.name


def _write_version(home: Path, model: ScoreModel, about: Mapping[str, Any]) -> Path:
    """The folder, named by the hash of what was written."""
    name = check_name(model.name)
    text = json.dumps({"format": FORMAT, "name": name, **about}, ensure_ascii=False, indent=1)
    trees = model.scorer.text if isinstance(model.scorer, Trees) else ""
    version = hashlib.sha256((text + trees).encode()).hexdigest()[:VERSION_LETTERS]
    folder = home / FOLDER / name / version
    folder.mkdir(parents=True, exist_ok=True)
    if trees:
        _write(folder / "trees.txt", trees)
    _write(folder / "model.json", text)
    return folder


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


def _plain(model: ScoreModel) -> dict[str, Any]:
    calibrator = model.calibrator
    return {
        "columns": [asdict(column) for column in model.columns],
        "linear": model.scorer.to_plain() if isinstance(model.scorer, Linear) else None,
        "calibrator": {"kind": calibrator.kind, "at": calibrator.at.tolist(), "to": calibrator.to.tolist()},
        "reference": asdict(model.reference),
    }


def _read(folder: Path) -> Kept:
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorruptWeights(f"{folder} holds no readable model.json ({error}); train it again") from error
    if about.get("format") != FORMAT:
        raise CorruptWeights(f"{folder} is not a {FORMAT}; train it again")
    return Kept(folder, about)


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
