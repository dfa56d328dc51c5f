"""Plots of one judged head: its confusion matrix, and how rightly it is sure. Imported only where a plot is drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evals.classifier_report import SetResult
from insight.reading.calibration import Bin

NAMED = 30
"""classes up to which the axes name them; more would run into each other"""


def plot_confusion(result: SetResult, path: Path) -> None:
    """Shares of each true class by reading, as a PNG: dark on the diagonal is right."""
    counts = np.array(result.confusion, dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    named = len(result.classes) <= NAMED
    figure = Figure(figsize=(5, 4.5) if len(result.classes) <= 5 else (9, 8), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
    figure.colorbar(image, ax=axes, label="share of the true class")
    axes.set(xlabel="read as", ylabel="truth", title=f"{result.name}: accuracy {result.accuracy:.3f}")
    ticks = range(len(result.classes)) if named else []
    axes.set_xticks(ticks, result.classes if named else [], rotation=60, ha="right")
    axes.set_yticks(ticks, result.classes if named else [])
    if len(result.classes) <= 5:
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{count:.0f}", ha="center", va="center", color=colour)
    _write(figure, path)


def plot_reliability(result: SetResult, path: Path) -> None:
    """Accuracy against confidence, before and after the temperature, as a PNG: on the diagonal, sureness is honest."""
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    before, after = figure.subplots(1, 2, sharey=True)
    _reliability(before, result.bins_before, f"temperature 1: error {result.calibration_error_before:.3f}")
    _reliability(after, result.bins, f"temperature {result.temperature:.2f}: error {result.calibration_error:.3f}")
    before.set_ylabel("accuracy")
    figure.suptitle(f"{result.name}: {result.tested:,} texts not learnt from")
    _write(figure, path)


def _reliability(axes: Axes, bins: tuple[Bin | None, ...], title: str) -> None:
    filled = [(place, one) for place, one in enumerate(bins) if one]
    width, most = 1 / len(bins), max(one.rows for _, one in filled)
    middles = [(place + 0.5) * width for place, _ in filled]
    axes.bar(
        middles, [one.rows / most for _, one in filled], width, color="0.9", label="rows (share of the fullest bin)"
    )
    axes.plot([0, 1], [0, 1], "--", color="0.5", linewidth=1)
    axes.plot([one.confidence for _, one in filled], [one.accuracy for _, one in filled], "o-", label="accuracy")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", title=title)
    axes.legend(loc="upper left", fontsize="small")


def _write(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="png", dpi=100, bbox_inches="tight")
