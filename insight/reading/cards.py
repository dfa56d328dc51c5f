"""A head's card: what it learnt from, under which licences, and how well it does. Markdown, beside the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insight.reading.scoring import Score


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    licence: str
    rows: int


@dataclass(frozen=True, slots=True)
class HeadCard:
    name: str
    embedder: str
    classes: tuple[str, ...]
    sources: tuple[Source, ...]
    penalty: float
    """C of the embedding's part"""
    words_share: float
    """of the logits, 0..1; 0 where words did not help on held-out rows"""
    temperature: float
    scores: tuple[Score, ...]
    """the first is cross-validation over all our own rows, then per language"""
    confusion: tuple[tuple[int, ...], ...]
    """cross-validated, our own rows: rows are the truth, columns the reading"""
    bytes: int
    """size of the head's file"""

    def to_markdown(self) -> str:
        return "\n".join([*self._head(), "", *self._scores(), "", *self._confusion(), ""])

    def _head(self) -> list[str]:
        return [
            f"# Head `{self.name}`",
            "",
            f"Logistic regression on `{self.embedder}` embeddings (kind `query`) into {len(self.classes)} classes: "
            f"{', '.join(self.classes)}. C = {self.penalty:g}, {self._words()}, temperature {self.temperature:.2f}, "
            f"{self.bytes / 1024:.0f} KB. Made by `python -m insight.reading.training {self.name} ...`.",
            "",
            "## Data",
            "",
            *_table(("source", "licence", "rows"), [(one.name, one.licence, str(one.rows)) for one in self.sources]),
        ]

    def _words(self) -> str:
        return f"words weigh {self.words_share:.0%}" if self.words_share else "words tried and left out"

    def _scores(self) -> list[str]:
        rows = [
            (s.name, str(s.rows), *(f"{x:.3f}" for x in (s.accuracy, s.macro_f1, s.calibration_error)), _auc(s), s.note)
            for s in self.scores
        ]
        titles = (
            "rows not learnt from",
            "n",
            "accuracy",
            "macro F1",
            "calibration error",
            "out of scope, AUROC",
            "note",
        )
        return ["## How well it does", "", *_table(titles, rows)]

    def _confusion(self) -> list[str]:
        rows = [(name, *map(str, counts)) for name, counts in zip(self.classes, self.confusion, strict=True)]
        return ["## Confusion (cross-validated, our own rows)", "", *_table(("truth \\ reading", *self.classes), rows)]


def _auc(score: Score) -> str:
    return "" if score.strangers_told is None else f"{score.strangers_told:.3f}"


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
