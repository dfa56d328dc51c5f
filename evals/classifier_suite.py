"""Heads on public sets that they were not trained on: right how often, sure how rightly, and do they know a stranger?

    python -m evals.classifier_suite --out REPORT [--sets banking77,waimai] [--quick]

For each set a head is made by the code that makes the shipped ones (`insight.reading.fitting`), from seven tenths of
the set; penalties, the words' share and the temperature come from one tenth; what is reported from the other two. Texts
are read from HAWKER_DATA; vectors are kept under the home, so a second run takes seconds a set.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import HawkerError, UserError
from core.settings import load_settings
from evals.classifier_data import ClassifierSet, read_set
from evals.classifier_report import ClassifierReport, SetResult
from evals.classifier_sources import SOURCES
from evals.held_out.counts import wilson
from evals.public_data import data_folder
from evals.report import this_machine
from insight.reading.calibration import calibration_error, reliability, softmax
from insight.reading.fitting import Fit, Rows, Split, fit_head
from insight.reading.heads import STRANGE, Head, load_head, save_head
from insight.reading.labelled import LabelledText
from insight.reading.scoring import confusion, score
from insight.reading.training import head_of, rows_to_fit

if TYPE_CHECKING:
    from engine.protocol import Embedder

Floats = NDArray[np.float32]
QUICK = 3000
"""rows of each set in a quick run; enough to see that nothing is broken, too few for the figures that are wanted"""


def run(
    embedder: Embedder,
    data: Path,
    out: Path,
    sets: Sequence[str] = tuple(SOURCES),
    most: int | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> ClassifierReport:
    """Judge `sets` of the folder `data` and write report.json, report.md and two plots a set under `out`.

    `most`: rows taken of each set, all where None. Raises `UserError` for an unknown set, a missing file
    or no matplotlib.
    """
    _need_matplotlib()
    from evals.classifier_plots import plot_confusion, plot_reliability

    out.mkdir(parents=True, exist_ok=True)
    report = ClassifierReport(this_machine(), embedder.name, ())
    for name in sets:
        result = judge(embedder, read_set(name, data, most))
        plot_confusion(result, out / f"{name}-confusion.png")
        plot_reliability(result, out / f"{name}-reliability.png")
        # Written after every set, so that a run that is cut short leaves what it found.
        report = replace(report, results=(*report.results, result))
        (out / "report.json").write_text(report.to_json(), encoding="utf-8")
        (out / "report.md").write_text(report.to_markdown(), encoding="utf-8")
        say(f"{name}: accuracy {result.accuracy:.3f}, calibration error {result.calibration_error:.3f}")
    return report


def _need_matplotlib() -> None:
    """Asked before the work, not after it."""
    if find_spec("matplotlib") is None:
        raise UserError("matplotlib", "not installed", "a library for the plots", "pip install 'hawker[train]'")


def judge(embedder: Embedder, given: ClassifierSet) -> SetResult:
    """Train a head on `given`'s rows to learn and to calibrate from, and measure it on the others."""
    began = time.monotonic()
    known = [*given.learn, *given.calibrate]
    split = Split(np.arange(len(given.learn)), np.arange(len(given.learn), len(known)))
    fit = fit_head(rows_to_fit(embedder, known), [split])
    head, size = _as_shipped(head_of(fit, given.name, embedder.name))
    test = rows_to_fit(embedder, given.test)
    logits = head.logits(test.vectors, test.texts)
    after, before = softmax(logits, head.temperature), softmax(logits, 1.0)
    scored = score(given.name, fit.classes, after, test.labels)
    right = np.array(fit.classes)[after.argmax(axis=1)] == test.labels
    strangers, told = _strangers(embedder, head, after, test, given.strangers)
    meaning, words = _alone(fit, test)
    return SetResult(
        name=given.name,
        about=given.about,
        licence=known[0].licence,
        classes=fit.classes,
        learnt=len(given.learn),
        calibrated=len(given.calibrate),
        tested=len(test.texts),
        accuracy=scored.accuracy,
        accuracy_between=wilson(int(right.sum()), len(right)),
        macro_f1=scored.macro_f1,
        calibration_error_before=calibration_error(before.max(axis=1), right),
        calibration_error=scored.calibration_error,
        temperature=head.temperature,
        words_share=fit.pool.share,
        embedding_alone=meaning,
        words_alone=words,
        strangers=strangers,
        strangers_told=told,
        head_bytes=size,
        seconds=time.monotonic() - began,
        wanted=given.wanted,
        bins=reliability(after.max(axis=1), right),
        bins_before=reliability(before.max(axis=1), right),
        confusion=confusion(fit.classes, after, test.labels),
    )


def _as_shipped(head: Head) -> tuple[Head, int]:
    """The head as its file gives it back, and the file's bytes: what is measured is what would ship."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{head.name}.safetensors"
        save_head(head, path)
        return load_head(path), path.stat().st_size


def _strangers(
    embedder: Embedder, head: Head, probabilities: Floats, test: Rows, others: Sequence[LabelledText]
) -> tuple[int, float | None]:
    """How many strangers there are, among the test rows or beside them, and how well they are told from the rest."""
    truth = test.labels
    if others:
        beside = rows_to_fit(embedder, others)
        probabilities = np.concatenate([probabilities, head.probabilities(beside.vectors, beside.texts)])
        truth = np.concatenate([truth, beside.labels])
    return int((truth == STRANGE).sum()), score(head.name, head.classes, probabilities, truth).strangers_told


def _alone(fit: Fit, test: Rows) -> tuple[float, float]:
    """Accuracy of the embedding's part alone and of the words' alone."""
    assert fit.words.lexicon is not None
    views = (test.vectors, fit.meaning), (fit.words.lexicon.matrix(test.texts), fit.words)
    readings = [(matrix @ view.weights.T + view.bias).argmax(axis=1) for matrix, view in views]
    meaning, words = (float((np.array(fit.classes)[read] == test.labels).mean()) for read in readings)
    return meaning, words


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit status 0 where every set shows what is wanted, 3 where one does not."""
    parser = argparse.ArgumentParser(prog="python -m evals.classifier_suite", description="Judge classifier heads.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the report and its plots")
    parser.add_argument("--sets", default=",".join(SOURCES), help="names with commas between; all by default")
    parser.add_argument("--most", type=int, help="rows taken of each set")
    parser.add_argument("--quick", action="store_true", help=f"the same as --most {QUICK}")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, not as Markdown")
    given = parser.parse_args(arguments)
    try:
        most = QUICK if given.quick else given.most
        report = run(kept_embedder(), data_folder(), given.out, given.sets.split(","), most, _say)
    except HawkerError as error:
        _say(str(error))
        return error.exit_status
    print(report.to_json() if given.json else report.to_markdown())
    return 0 if report.met else 3


def kept_embedder() -> Embedder:
    """The configured embedder, its vectors kept under the home."""
    from engine.opening import open_embedder
    from evals.vector_cache import CachedEmbedder

    settings = load_settings()
    return CachedEmbedder(open_embedder(settings), settings.home / "cache" / "vectors")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
