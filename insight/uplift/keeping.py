"""An uplift model on disk: LightGBM's own text for each part, `model.json`, and `card.md` for people."""

from __future__ import annotations

import json
from pathlib import Path

from core.errors import CorruptWeights, NotFound
from insight.uplift.cards import uplift_card
from insight.uplift.learners import UpliftModel
from insight.uplift.study import UpliftStudy

FORMAT = "hawker-uplift-1"


def uplift_folder(home: Path, campaign: str) -> Path:
    """Where the model learnt from `campaign` lies."""
    return home / "insight" / f"uplift-{campaign}"


def save_uplift(study: UpliftStudy, about: str, folder: Path) -> None:
    """Write `study`'s model and card into `folder`; `about` says what it learnt from, for the card."""
    folder.mkdir(parents=True, exist_ok=True)
    model = study.model
    for name, booster in model.boosters.items():
        (folder / f"{name}.txt").write_text(booster.model_to_string(), encoding="utf-8")
    content = {
        "format": FORMAT,
        "kind": model.kind,
        "columns": model.columns,
        "share": model.share,
        "boosters": sorted(model.boosters),
    }
    (folder / "model.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    (folder / "card.md").write_text(uplift_card(study, about), encoding="utf-8")


def load_uplift(folder: Path) -> UpliftModel:
    """Read the model back. Raises `NotFound` where there is none, `CorruptWeights` where it cannot be read."""
    import lightgbm

    path = folder / "model.json"
    if not path.is_file():
        raise NotFound("uplift model", path, "a fitted model", "run `hawker insight uplift CAMPAIGN`")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        texts = {name: (folder / f"{name}.txt").read_text(encoding="utf-8") for name in content["boosters"]}
        boosters = {name: lightgbm.Booster(model_str=text) for name, text in texts.items()}
        return UpliftModel(content["kind"], tuple(content["columns"]), boosters, content["share"])
    except (OSError, ValueError, KeyError, lightgbm.basic.LightGBMError) as error:
        raise CorruptWeights(f"{folder} holds no uplift model that can be read ({error}); fit it again") from error
