"""The found clusters on disk: `tastes.safetensors` and `segments.json` in one folder, with `CARD.md` for people.

The JSON names the tensors' file by its digest, so that two halves of different runs are not taken for one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import CorruptWeights
from core.plain import plain
from core.settings import Settings
from insight.segmenting.card import card
from insight.segmenting.choosing import Trial
from insight.segmenting.grouping import Grouping
from insight.segmenting.segmentation import Cluster, Segmentation, SegmentText
from insight.segmenting.statistics import Difference, Lift, SegmentStatistics

TENSORS, ABOUT, CARD = "tastes.safetensors", "segments.json", "CARD.md"
FORMAT = "hawker-segments-1"


def folder_of(settings: Settings) -> Path:
    """Where this home keeps its clusters."""
    return settings.home / "insight" / "segments"


def save_segments(segmentation: Segmentation, folder: Path) -> None:
    """Write the three files, the JSON last: what is read is always whole."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    grouping = segmentation.grouping
    tensors = {"tastes": grouping.tastes, "sizes": grouping.sizes, "reach": grouping.reach}
    data = save({name: np.ascontiguousarray(tensor, np.float64) for name, tensor in tensors.items()})
    about = {
        "format": FORMAT,
        "sha256": hashlib.sha256(data).hexdigest(),
        "as_of": segmentation.as_of.isoformat(),
        "method": grouping.method,
        "columns": segmentation.columns,
        "clusters": plain(segmentation.clusters),
        "trials": [_finite(plain(trial)) for trial in segmentation.trials],
        "chosen": _finite(plain(segmentation.chosen)),
        "chance": segmentation.chance,
        "known": segmentation.known,
    }
    _replace(folder / TENSORS, data)
    _replace(folder / CARD, card(segmentation).encode())
    _replace(folder / ABOUT, json.dumps(about, ensure_ascii=False, indent=1, allow_nan=False).encode())


def load_segments(folder: Path) -> Segmentation | None:
    """The clusters kept in `folder`, None where none were found yet. Raises `CorruptWeights` for damaged files."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if not (folder / ABOUT).is_file():
        return None
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        data = (folder / TENSORS).read_bytes()
        if about["format"] != FORMAT or hashlib.sha256(data).hexdigest() != about["sha256"]:
            raise ValueError("its files do not belong together")
        return _segmentation(about, load(data))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        fix = "find them again with `hawker insight segments --find`"
        raise CorruptWeights(f"the clusters in {folder} cannot be read ({error}); {fix}") from error


def _segmentation(about: Mapping[str, Any], tensors: Mapping[str, Any]) -> Segmentation:
    return Segmentation(
        as_of=datetime.fromisoformat(about["as_of"]),
        columns=tuple(about["columns"]),
        grouping=Grouping(about["method"], tensors["tastes"], tensors["sizes"], tensors["reach"]),
        clusters=tuple(_cluster(one) for one in about["clusters"]),
        trials=tuple(_trial(one) for one in about["trials"]),
        chosen=_trial(about["chosen"]),
        chance=about["chance"],
        known=about["known"],
    )


def _cluster(kept: Mapping[str, Any]) -> Cluster:
    told = kept["statistics"]
    statistics = SegmentStatistics(
        customers=told["customers"],
        share=told["share"],
        lifts=tuple(Lift(**one) for one in told["lifts"]),
        differences=tuple(Difference(**one) for one in told["differences"]),
    )
    return Cluster(kept["name"], statistics, {code: SegmentText(**text) for code, text in kept["texts"].items()})


def _trial(kept: Mapping[str, Any]) -> Trial:
    read: dict[str, Any] = {name: float("nan") if value is None else value for name, value in kept.items()}
    return Trial(**read)


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN."""
    return {name: None if value != value else value for name, value in values.items()}


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    fresh.replace(path)
