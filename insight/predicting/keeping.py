"""Keeping models: HAWKER_HOME/insight/NAME/VERSION (model.json, trees.txt for trees, card.md); `current` names one.

A version is the hash of what it holds, so the same rows and seed make the same version. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight.predicting.cards import card_of
from insight.predicting.kept import CURRENT, FOLDER, FORMAT, Kept, check_name
from insight.predicting.learned import Learned
from insight.predicting.linear import Linear
from insight.predicting.model import ScoreModel
from insight.predicting.tasks import day_of
from insight.predicting.trees import Trees

VERSION_LETTERS = 12


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


def _plain(model: ScoreModel) -> dict[str, Any]:
    calibrator = model.calibrator
    return {
        "columns": [asdict(column) for column in model.columns],
        "linear": model.scorer.to_plain() if isinstance(model.scorer, Linear) else None,
        "calibrator": {"kind": calibrator.kind, "at": calibrator.at.tolist(), "to": calibrator.to.tolist()},
        "reference": asdict(model.reference),
    }


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
