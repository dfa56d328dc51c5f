"""Training a head from labelled texts, and writing it with its card.

    python -m insight.training sentiment insight/data/sentiment.csv
    python -m insight.training intent insight/data/intent.csv --public insight/data/intent_sources.yaml

Measured besides, where HAWKER_DATA names the folder of public sets: rows of them that were not learnt from.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import HawkerError, UserError
from insight.cards import HeadCard, Score, Source
from insight.fitting import FOLDS, Fit, calibration_error, fit_head, softmax
from insight.heads import BUNDLED, Head, load_head, save_head
from insight.labelled import LabelledText, read_public, read_rows
from insight.trials import Trial, read_trials

if TYPE_CHECKING:
    from engine.protocol import Embedder


def train_head(
    embedder: Embedder,
    rows: Sequence[LabelledText],
    name: str,
    out: Path,
    held_out: Sequence[LabelledText] = (),
    trials: Sequence[Trial] = (),
) -> HeadCard:
    """Fit a head to `rows`, write `out/NAME.safetensors` and `out/NAME.md`, and return the card.

    `held_out` rows and `trials` (two-sided sentiment sets) are only measured on. Raises `UserError` where there are
    fewer than three labels, or a label with fewer rows than cross-validation has folds.
    """
    _refuse_too_few(rows)
    vectors = embedder.embed([row.text for row in rows], "query")
    fit = fit_head(vectors, [row.label for row in rows], [row.weight for row in rows])
    path = out / f"{name}.safetensors"
    save_head(Head(name, fit.classes, fit.weights, fit.bias, fit.temperature, embedder.name), path)
    head = load_head(path)  # what is measured below is the file that ships
    card = HeadCard(
        name=name,
        embedder=embedder.name,
        classes=fit.classes,
        sources=_sources(rows),
        penalty=fit.penalty,
        temperature=fit.temperature,
        scores=(*_cross_validated(rows, fit), *_held_out(embedder, head, held_out), *_tried(embedder, head, trials)),
        confusion=_confusion(rows, fit),
        bytes=path.stat().st_size,
    )
    (out / f"{name}.md").write_text(card.to_markdown(), encoding="utf-8")
    return card


def _refuse_too_few(rows: Sequence[LabelledText]) -> None:
    counts = Counter(row.label for row in rows)
    if len(counts) < 3:
        raise UserError("label", ", ".join(sorted(counts)), "three labels or more", "add rows of other labels")
    rarest = min(counts, key=lambda label: (counts[label], label))
    if counts[rarest] < FOLDS:
        raise UserError(f"label {rarest}", counts[rarest], f"{FOLDS} rows or more", "add rows, or mend its spelling")


def _sources(rows: Sequence[LabelledText]) -> tuple[Source, ...]:
    counted = Counter((row.source, row.language, row.licence) for row in rows)
    return tuple(
        Source(f"{source} ({language})", licence, n) for (source, language, licence), n in sorted(counted.items())
    )


def _cross_validated(rows: Sequence[LabelledText], fit: Fit) -> list[Score]:
    """Of our own rows, all and by language: public rows repeat their templates, and would flatter the figure."""
    ours = np.array([row.weight == 1.0 for row in rows])
    truth, languages = np.array([row.label for row in rows]), np.array([row.language for row in rows])
    probabilities = softmax(fit.held_out_logits, fit.temperature)
    scores = [_score("own rows", fit.classes, probabilities[ours], truth[ours], f"{FOLDS}-fold cross-validation")]
    for language in sorted(set(languages[ours].tolist())):
        some = ours & (languages == language)
        scores.append(_score(f"own rows, {language}", fit.classes, probabilities[some], truth[some], "the same"))
    return scores


def _held_out(embedder: Embedder, head: Head, rows: Sequence[LabelledText]) -> list[Score]:
    scores = []
    for source in dict.fromkeys(row.source for row in rows):
        some = [row for row in rows if row.source == source]
        probabilities = head.probabilities(embedder.embed([row.text for row in some], "query"))
        truth = np.array([row.label for row in some])
        scores.append(_score(source, head.classes, probabilities, truth, "held out"))
    return scores


def _tried(embedder: Embedder, head: Head, trials: Sequence[Trial]) -> list[Score]:
    """Positive against negative alone: the sets know nothing between."""
    scores = []
    sides = ("negative", "positive")
    for trial in trials:
        probabilities = head.probabilities(embedder.embed(trial.texts, "query"))
        two = probabilities[:, [head.classes.index(side) for side in sides]]
        truth = np.array([sides[liked] for liked in trial.liked])
        scores.append(_score(trial.name, sides, two / two.sum(axis=1, keepdims=True), truth, trial.note))
    return scores


def _score(
    name: str, classes: Sequence[str], probabilities: NDArray[np.float32], truth: NDArray[np.str_], note: str
) -> Score:
    from sklearn.metrics import f1_score

    read = np.array(classes)[probabilities.argmax(axis=1)]
    present = sorted(set(truth.tolist()))
    return Score(
        name=name,
        rows=len(truth),
        accuracy=float((read == truth).mean()),
        macro_f1=float(f1_score(truth, read, average="macro", labels=present, zero_division=0)),
        calibration_error=calibration_error(probabilities.max(axis=1), read == truth),
        note=note,
    )


def _confusion(rows: Sequence[LabelledText], fit: Fit) -> tuple[tuple[int, ...], ...]:
    read = fit.held_out_logits.argmax(axis=1)
    counted = Counter(
        (row.label, fit.classes[column]) for row, column in zip(rows, read, strict=True) if row.weight == 1.0
    )
    return tuple(tuple(counted[truth, reading] for reading in fit.classes) for truth in fit.classes)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m insight.training", description="Train a head on labelled texts.")
    parser.add_argument("name", help="sentiment, intent, or a name of your own")
    parser.add_argument("csv", nargs="+", type=Path, help="files with the columns text, label, language")
    parser.add_argument("--public", type=Path, help="mapping file of public sets to learn from, read from HAWKER_DATA")
    parser.add_argument("--out", type=Path, default=BUNDLED, help="folder for the head and its card")
    given = parser.parse_args(arguments)
    try:
        print(_train_from_files(given.name, given.csv, given.public, given.out).to_markdown())
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _train_from_files(name: str, files: Sequence[Path], public: Path | None, out: Path) -> HeadCard:
    from core.settings import load_settings
    from engine.opening import open_embedder

    data = Path(os.environ["HAWKER_DATA"]) if os.environ.get("HAWKER_DATA") else None
    rows: list[LabelledText] = read_rows(files)
    held_out: tuple[LabelledText, ...] = ()
    if public is not None:
        if data is None:
            raise UserError("HAWKER_DATA", "", "the folder of public data sets", "set it, or leave out --public")
        found = read_public(public, data)
        rows, held_out = [*rows, *found.training], found.held_out
    trials = read_trials(data) if data is not None and name == "sentiment" else []
    return train_head(open_embedder(load_settings()), rows, name, out, held_out, trials)


if __name__ == "__main__":
    sys.exit(main())
