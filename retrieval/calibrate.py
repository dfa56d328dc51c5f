"""Train the floor: `python -m retrieval.calibrate` writes `retrieval/floor.json` from our own questions.

The error it reports is that on shops whose questions were kept out of the training (each shop once), for the floor
must hold for a shop that nobody has seen.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.settings import load_settings
from retrieval.floor import FEATURES, FLOOR, features_of
from retrieval.lexical import LexicalIndex
from retrieval.library import KNOWLEDGE, PassageLibrary
from retrieval.questions import Question, load_questions, shop_documents
from retrieval.shelving import document_records
from retrieval.vectors import VectorShelf

if TYPE_CHECKING:
    from engine.protocol import Embedder

SHOWN = 4
KEEP = 0.85
"""share of answerable questions that the threshold lets through, on shops kept out"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question asked: its features, and whether its answer stood in the passages shown."""

    question: Question
    features: tuple[float, ...]
    held: bool


def collect(questions: Sequence[Question], embedder: Embedder) -> list[Sample]:
    """Ask every question of its own shop."""
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        vectors = VectorShelf(Path(folder) / "chroma")
        library = PassageLibrary(vectors, partial(LexicalIndex, Path(folder) / "bm25"), embedder)
        for shop in dict.fromkeys(question.shop for question in questions):
            library.make_equal(KNOWLEDGE, document_records(shop_documents(shop)))
            own = [question for question in questions if question.shop == shop]
            samples += [_ask(library, question) for question in own]
        vectors.close()
    return samples


def _ask(library: PassageLibrary, question: Question) -> Sample:
    names = library.names(KNOWLEDGE)
    found = library.search(names, question.text)
    shown = found[:SHOWN]
    features = features_of(question.text, shown, found, lambda words: library.rarity(names, words))
    held = question.answer is not None and any(question.answer in candidate.row.text for candidate in shown)
    return Sample(question, tuple(features[name] for name in FEATURES), held)


def train(samples: Sequence[Sample]) -> dict[str, Any]:
    """The content of floor.json: the model over all samples, threshold and error from shops kept out."""
    matrix, held = _matrix(samples), np.array([sample.held for sample in samples])
    shops = np.array([sample.question.shop for sample in samples])
    unseen = np.zeros(len(samples))
    for shop in sorted(set(shops)):
        model = _fit(matrix[shops != shop], held[shops != shop])
        unseen[shops == shop] = _predict(model, matrix[shops == shop])
    threshold = float(np.quantile(unseen[held], 1 - KEEP))
    return {**_fit(matrix, held), "threshold": round(threshold, 4), "measured": _measured(unseen, held, threshold)}


def _matrix(samples: Sequence[Sample]) -> NDArray[np.float64]:
    return np.array([sample.features for sample in samples], dtype=np.float64)


def _fit(matrix: NDArray[np.float64], held: NDArray[np.bool_]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    means, scales = np.nanmean(matrix, axis=0), np.maximum(np.nanstd(matrix, axis=0), 1e-3)
    model = LogisticRegression(C=0.3, max_iter=2000, class_weight="balanced")
    model.fit(np.nan_to_num((matrix - means) / scales), held)
    named = {
        name: dict(zip(FEATURES, (round(float(value), 5) for value in values), strict=True))
        for name, values in (("weights", model.coef_[0]), ("means", means), ("scales", scales))
    }
    return {**named, "intercept": round(float(model.intercept_[0]), 5)}


def _predict(model: dict[str, Any], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    means, scales, weights = (
        np.array([model[key][name] for name in FEATURES]) for key in ("means", "scales", "weights")
    )
    scaled = np.nan_to_num((matrix - means) / scales)
    return np.asarray(1 / (1 + np.exp(-(scaled @ weights + model["intercept"]))))


def _measured(unseen: NDArray[np.float64], held: NDArray[np.bool_], threshold: float) -> dict[str, float | int]:
    from sklearn.metrics import roc_auc_score

    return {
        "questions": len(held),
        "auc": round(float(roc_auc_score(held, unseen)), 3),
        "answerable_let_through": round(float((unseen[held] >= threshold).mean()), 3),
        "unanswerable_stopped": round(float((unseen[~held] < threshold).mean()), 3),
        "wrong": round(float(((unseen >= threshold) != held).mean()), 3),
    }


def main() -> int:
    """Train on our own questions with the installed embedder and write the floor."""
    from engine.opening import open_embedder

    embedder = open_embedder(load_settings())
    content = {"embedder": embedder.name, **train(collect(load_questions(), embedder))}
    FLOOR.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    print(json.dumps(content["measured"], indent=2), file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
