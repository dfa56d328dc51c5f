"""What the classifier suite found, as dataclasses, JSON and Markdown. Knows no data and no model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from evals.classifier_sources import Wanted
from insight.reading.calibration import Bin


@dataclass(frozen=True, slots=True)
class Mistake:
    truth: str
    reading: str
    rows: int


@dataclass(frozen=True, slots=True)
class SetResult:
    """One head on the test part of its set. Errors of calibration are over 15 bins."""

    name: str
    about: str
    licence: str
    classes: tuple[str, ...]
    learnt: int
    calibrated: int
    tested: int
    accuracy: float
    accuracy_between: tuple[float, float]
    """95 % Wilson interval"""
    macro_f1: float
    calibration_error_before: float
    """with the temperature at 1"""
    calibration_error: float
    temperature: float
    words_share: float
    embedding_alone: float
    """accuracy of the embedding's part alone, and of the words' alone"""
    words_alone: float
    strangers: int
    strangers_told: float | None
    """area under the ROC curve, out of scope against in scope"""
    head_bytes: int
    seconds: float
    wanted: Wanted
    bins: tuple[Bin | None, ...]
    bins_before: tuple[Bin | None, ...]
    confusion: tuple[tuple[int, ...], ...]
    """truth down, reading across"""

    @property
    def met(self) -> bool:
        """Does the head show all that is wanted?"""
        told = self.wanted.strangers_told is None or (self.strangers_told or 0.0) >= self.wanted.strangers_told
        return (
            told and self.accuracy >= self.wanted.accuracy and self.calibration_error <= self.wanted.calibration_error
        )

    def mistakes(self, most: int = 8) -> list[Mistake]:
        """The commonest, the most frequent first."""
        found = [
            Mistake(self.classes[true], self.classes[read], rows)
            for true, line in enumerate(self.confusion)
            for read, rows in enumerate(line)
            if rows and true != read
        ]
        return sorted(found, key=lambda one: (-one.rows, one.truth, one.reading))[:most]


@dataclass(frozen=True, slots=True)
class ClassifierReport:
    machine: str
    embedder: str
    results: tuple[SetResult, ...]

    @property
    def met(self) -> bool:
        return all(one.met for one in self.results)

    def to_json(self) -> str:
        """Everything, with whether each set met what is wanted."""
        rows = [{**asdict(one), "met": one.met} for one in self.results]
        about = {"machine": self.machine, "embedder": self.embedder, "met": self.met, "results": rows}
        return json.dumps(about, ensure_ascii=False, indent=1)

    def to_markdown(self) -> str:
        """A table that can be pasted into docs/RESULTS.md, then the commonest mistakes of each set."""
        lines = [f"## Classifiers on `{self.embedder}`", "", self.machine, "", *_table(self.results)]
        for one in self.results:
            lines += ["", f"### {one.name}", "", f"{one.about} ({one.licence}; {len(one.classes)} classes).", ""]
            lines += [f"![confusion]({one.name}-confusion.png) ![reliability]({one.name}-reliability.png)", ""]
            lines += [
                "Commonest mistakes: " + "; ".join(f"{m.truth} read as {m.reading} ({m.rows})" for m in one.mistakes())
            ]
        return "\n".join(lines) + "\n"


def _table(results: Sequence[SetResult]) -> list[str]:
    titles = (
        "set",
        "rows learnt / tested",
        "accuracy (95 %)",
        "wanted",
        "embedding alone / words alone",
        "macro F1",
        "ECE before / after temperature",
        "out of scope, AUROC",
        "head",
        "met",
    )
    lines = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    for one in results:
        low, high = one.accuracy_between
        told = "" if one.strangers_told is None else f"{one.strangers_told:.3f} ({one.strangers} strangers)"
        cells = (
            one.name,
            f"{one.learnt + one.calibrated:,} / {one.tested:,}",
            f"{one.accuracy:.3f} ({low:.3f} to {high:.3f})",
            f"{one.wanted.accuracy:.2f}" if one.wanted.accuracy else "",
            f"{one.embedding_alone:.3f} / {one.words_alone:.3f}",
            f"{one.macro_f1:.3f}",
            f"{one.calibration_error_before:.3f} / {one.calibration_error:.3f}",
            told,
            f"{one.head_bytes / 1024:,.0f} KB",
            "yes" if one.met else "no",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines
