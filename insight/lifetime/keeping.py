"""The lifetime model on disk: `model.json`, and `card.md` for people. It holds parameters, never a customer."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

from core.errors import CorruptWeights, NotFound
from insight.lifetime.bgnbd import BgNbd
from insight.lifetime.cards import lifetime_card
from insight.lifetime.gamma_gamma import GammaGamma
from insight.lifetime.model import NAME, LifetimeModel, TypicalBuyer
from insight.lifetime.study import LifetimeStudy

FORMAT = "hawker-lifetime-1"


def lifetime_folder(home: Path) -> Path:
    """Where the shop's model lies."""
    return home / "insight" / NAME


def save_lifetime(study: LifetimeStudy, folder: Path) -> None:
    """Write `study`'s model and its card into `folder`, in place of what was there."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT, "version": study.model.version, **asdict(study.model)}
    fresh = folder / "model.new"
    fresh.write_text(json.dumps(content, indent=1, default=str), encoding="utf-8")
    fresh.replace(folder / "model.json")
    (folder / "card.md").write_text(lifetime_card(study), encoding="utf-8")


def load_lifetime(folder: Path) -> LifetimeModel:
    """Read the model back.

    Raises `NotFound` where there is none, `CorruptWeights` where the file is not what `save_lifetime` wrote.
    """
    path = folder / "model.json"
    if not path.is_file():
        raise NotFound("lifetime model", path, "a fitted model", "run `hawker insight lifetime`")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        model = LifetimeModel(
            timing=BgNbd(**content["timing"]),
            spending=GammaGamma(**content["spending"]),
            typical=TypicalBuyer(**content["typical"]),
            as_of=date.fromisoformat(content["as_of"]),
            currency=content["currency"],
        )
        whole = content["format"] == FORMAT and content["version"] == model.version
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptWeights(f"{path} is not a lifetime model ({error}); fit it again") from error
    if not whole:
        raise CorruptWeights(f"{path} is not what was written; run `hawker insight lifetime`")
    return model
