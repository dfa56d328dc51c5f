"""A trained recommender on disk: JSON for names, safetensors for numbers, LightGBM's own text for the rankers."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np

from core.errors import CorruptWeights, UserError
from insight.recommending.content import Content
from insight.recommending.factors import LeastSquares, PairwiseRanking
from insight.recommending.habit import Habit
from insight.recommending.learning import Catalogue
from insight.recommending.popularity import GroupPopularity, Popularity
from insight.recommending.ranker import Ranker
from insight.recommending.recommender import Recommender
from insight.recommending.recurrent import Recurrent
from insight.recommending.source import Source, Tensors

FORMAT = "hawker-recommender-1"
ABOUT, NUMBERS, CARD = "recommender.json", "sources.safetensors", "CARD.md"
RANKERS = ("everything.txt", "new.txt")


def recommender_folder(home: Path) -> Path:
    """Where the shop's recommender lies."""
    return home / "insight" / "recommender"


def is_kept(home: Path) -> bool:
    """Whether the shop of `home` has a trained recommender."""
    return (recommender_folder(home) / ABOUT).is_file()


def save_recommender(recommender: Recommender, card: str, folder: Path) -> None:
    """Write `recommender` with its card into `folder`, in place of what was there."""
    from safetensors.numpy import save_file

    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    catalogue = recommender.catalogue
    about = {
        "format": FORMAT,
        "trained": recommender.trained.isoformat(),
        "items": list(zip(catalogue.ids, catalogue.categories, catalogue.names, strict=True)),
        "sources": [source.name for source in recommender.sources],
        "groups": next((one.groups for one in recommender.sources if isinstance(one, GroupPopularity)), ()),
        "columns": recommender.everything.columns,
    }
    (fresh / ABOUT).write_text(json.dumps(about, ensure_ascii=False), "utf-8")
    tensors = {
        f"{source.name}.{name}": np.ascontiguousarray(tensor)
        for source in recommender.sources
        for name, tensor in source.tensors().items()
    }
    save_file(tensors, fresh / NUMBERS)
    for name, ranker in zip(RANKERS, (recommender.everything, recommender.new), strict=True):
        (fresh / name).write_text(ranker.booster.model_to_string(), "utf-8")
    (fresh / CARD).write_text(card, "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)


def load_recommender(folder: Path) -> Recommender:
    """Raises `UserError` where none is kept, `CorruptWeights` where what is there cannot be read."""
    from lightgbm import Booster
    from lightgbm.basic import LightGBMError
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not (folder / ABOUT).is_file():
        raise UserError("recommender", folder, "a trained one", "train it with `hawker insight train recommender`")
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}")
        tensors = load_file(folder / NUMBERS)
        columns = tuple(about["columns"])
        everything, new = (Ranker(Booster(model_str=(folder / name).read_text("utf-8")), columns) for name in RANKERS)
        ids, categories, names = zip(*about["items"], strict=True)
        sources = tuple(_source(name, tensors, about["groups"]) for name in about["sources"])
        catalogue, trained = Catalogue(ids, categories, names), datetime.fromisoformat(about["trained"])
        return Recommender(catalogue, sources, everything, new, trained)
    except (OSError, ValueError, KeyError, SafetensorError, LightGBMError) as error:
        raise CorruptWeights(f"{folder} holds no recommender that Hawker can read ({error}); train it again") from error


def _source(name: str, tensors: Tensors, groups: list[str]) -> Source:
    own = {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}
    if name == "sequence":
        vocabulary = own.pop("vocabulary").astype(np.int64)
        return Recurrent(vocabulary, own)
    if name == "group":
        return GroupPopularity(tuple(groups), own["lift"])
    if name in ("popularity", "classics"):
        return Popularity(own["weights"], name)
    if name == "habit":
        return Habit(own["gap"], own["repeated"])
    if name == "als":
        return LeastSquares(own["vectors"])
    if name == "bpr":
        return PairwiseRanking(own["vectors"], own["folding"])
    if name == "content":
        return Content(own["vectors"])
    raise ValueError(f"source {name}")
