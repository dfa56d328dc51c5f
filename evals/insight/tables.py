"""What an evaluation of insight prints: tables of text, as Markdown and JSON, and bootstrap intervals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as they are read."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self) -> str:
        lines = [f"### {self.title}", "", _line(self.columns), "|" + "---|" * len(self.columns)]
        return "\n".join([*lines, *map(_line, self.rows)]) + "\n"


def write_report(name: str, tables: Sequence[Table], out: Path | None) -> None:
    """Print all tables; with `out`, write NAME.json and NAME.md there too."""
    page = "\n".join(table.to_markdown() for table in tables)
    print(page)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.md").write_text(page, encoding="utf-8")
        content = json.dumps([asdict(table) for table in tables], ensure_ascii=False, indent=2)
        (out / f"{name}.json").write_text(content, encoding="utf-8")


def bootstrap_interval(values: NDArray[np.float64], draws: int = 2000, seed: int = 1) -> tuple[float, float]:
    """The middle 95 % of the mean of `values`, drawn again with replacement (Efron, 1979)."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
