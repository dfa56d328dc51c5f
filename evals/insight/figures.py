"""Figures of scores as rows of a table, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.plain import plain
from insight.predicting.measures import Interval, Measured

TITLES = ("set", "model", "rows", "yes", "AUC (95 %)", "log loss", "Brier", "calibration error")


def figures(name: str, measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    """A row for each model on the set `name`."""
    return [
        (
            name,
            one.name,
            f"{one.rows:,}",
            f"{one.right:,}",
            str(one.auc),
            f"{one.log_loss:.3f}",
            f"{one.brier:.3f}",
            f"{one.calibration_error:.3f}",
        )
        for one in measured
    ]


def signed(gain: Interval) -> str:
    """A difference with its interval."""
    return f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    return "\n".join("| " + " | ".join(line) + " |" for line in [titles, ["---"] * len(titles), *rows])


def write(out: Path, name: str, found: Mapping[str, Any], text: str) -> None:
    """`name`.json and `name`.md in the folder `out`; the JSON and the text are printed, too."""
    out.mkdir(parents=True, exist_ok=True)
    told = json.dumps(plain(found), ensure_ascii=False, indent=1)
    (out / f"{name}.json").write_text(told + "\n", encoding="utf-8")
    (out / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    print(told)
    print(text)
