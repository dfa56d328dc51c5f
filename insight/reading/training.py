"""Training a head from labelled texts, and writing it with its card.

    python -m insight.reading.training sentiment insight/reading/data/sentiment.csv
    python -m insight.reading.training intent insight/reading/data/intent.csv \\
        --public insight/reading/data/intent_sources.yaml

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
from insight.reading.calibration import softmax
from insight.reading.cards import HeadCard, Source
from insight.reading.fitting import FOLDS, Fit, Rows, fit_head
from insight.reading.heads import BUNDLED, Head, Words, load_head, save_head
from insight.reading.labelled import LabelledText, read_public, read_rows
from insight.reading.scoring import Score, confusion, score
from insight.reading.trials import Trial, read_trials

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
    fewer than two labels, or a label with fewer rows than cross-validation has folds.
    """
    _refuse_too_few(rows)
    fit = fit_head(rows_to_fit(embedder, rows))
    path = out / f"{name}.safetensors"
    save_head(head_of(fit, name, embedder.name), path)
    head = load_head(path)  # what is measured below is the file that ships
    card = HeadCard(
        name=name,
        embedder=embedder.name,
        classes=fit.classes,
        sources=_sources(rows),
        penalty=fit.meaning.penalty,
        words_share=fit.pool.share,
        temperature=fit.pool.temperature,
        scores=(*_cross_validated(rows, fit), *_held_out(embedder, head, held_out), *_tried(embedder, head, trials)),
        confusion=confusion(fit.classes, *_own_readings(rows, fit)),
        bytes=path.stat().st_size,
    )
    (out / f"{name}.md").write_text(card.to_markdown(), encoding="utf-8")
    return card


def rows_to_fit(embedder: Embedder, rows: Sequence[LabelledText]) -> Rows:
    """`rows` with their vectors."""
    texts = [row.text for row in rows]
    labels, weights = np.array([row.label for row in rows]), np.array([row.weight for row in rows])
    return Rows(texts, embedder.embed(texts, "query"), labels, weights)


def head_of(fit: Fit, name: str, embedder: str) -> Head:
    """The two views of `fit` as one head; that of the words only where it has a share."""
    share, meaning, words = fit.pool.share, fit.meaning, None
    weights, bias = meaning.weights, meaning.bias
    if share and fit.words.lexicon is not None:
        weights, bias = (1 - share) * weights, (1 - share) * bias + share * fit.words.bias
        words = Words(fit.words.lexicon, share * fit.words.weights)
    return Head(name, fit.classes, weights, bias, fit.pool.temperature, embedder, words)


def _refuse_too_few(rows: Sequence[LabelledText]) -> None:
    counts = Counter(row.label for row in rows)
    if len(counts) < 2:
        raise UserError("label", ", ".join(sorted(counts)), "two labels or more", "add rows of other labels")
    rarest = min(counts, key=lambda label: (counts[label], label))
    if counts[rarest] < FOLDS:
        raise UserError(f"label {rarest}", counts[rarest], f"{FOLDS} rows or more", "add rows, or mend its spelling")


def _sources(rows: Sequence[LabelledText]) -> tuple[Source, ...]:
    counted = Counter((row.source, row.language, row.licence) for row in rows)
    return tuple(
        Source(f"{source} ({language})", licence, n) for (source, language, licence), n in sorted(counted.items())
    )


def _own_readings(rows: Sequence[LabelledText], fit: Fit) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Cross-validated probabilities and labels of our own rows: public ones repeat templates and would flatter."""
    own = [place for place, row in enumerate(fit.checked) if rows[row].weight == 1.0]
    probabilities = softmax(fit.held_out_logits[own], fit.pool.temperature)
    return np.asarray(probabilities, np.float32), np.array([rows[fit.checked[place]].label for place in own])


def _cross_validated(rows: Sequence[LabelledText], fit: Fit) -> list[Score]:
    """Of our own rows, all and by language."""
    probabilities, truth = _own_readings(rows, fit)
    languages = np.array([rows[row].language for row in fit.checked if rows[row].weight == 1.0])
    scores = [score("own rows", fit.classes, probabilities, truth, f"{FOLDS}-fold cross-validation")]
    for language in sorted(set(languages.tolist())):
        some = languages == language
        scores.append(score(f"own rows, {language}", fit.classes, probabilities[some], truth[some], "the same"))
    return scores


def _held_out(embedder: Embedder, head: Head, rows: Sequence[LabelledText]) -> list[Score]:
    scores = []
    for source in dict.fromkeys(row.source for row in rows):
        some = [row for row in rows if row.source == source]
        texts = [row.text for row in some]
        probabilities = head.probabilities(embedder.embed(texts, "query"), texts)
        truth = np.array([row.label for row in some])
        scores.append(score(source, head.classes, probabilities, truth, "held out"))
    return scores


def _tried(embedder: Embedder, head: Head, trials: Sequence[Trial]) -> list[Score]:
    """Positive against negative alone: the sets know nothing between."""
    scores = []
    sides = ("negative", "positive")
    for trial in trials:
        probabilities = head.probabilities(embedder.embed(trial.texts, "query"), trial.texts)
        two = probabilities[:, [head.classes.index(side) for side in sides]]
        truth = np.array([sides[liked] for liked in trial.liked])
        scores.append(score(trial.name, sides, two / two.sum(axis=1, keepdims=True), truth, trial.note))
    return scores


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m insight.reading.training", description="Train a head on labelled texts."
    )
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
