"""What a benchmark found: our figure beside a named peer's, on a named machine. Knows no benchmark."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One measured figure. `ratio` says how many times better ours is than the peer's, above 1 in our favour."""

    case: str
    metric: str
    """what is counted, with its unit: `tokens/s`, `p95 ms`"""
    ours: float
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class BenchReport:
    """All figures of one run."""

    name: str
    machine: str
    rows: tuple[BenchRow, ...]

    def to_json(self) -> str:
        """As JSON text: `{"name": .., "machine": .., "rows": [..]}`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def to_markdown(self) -> str:
        """A heading, the machine, and a table that can be pasted into docs/RESULTS.md."""
        lines = [
            f"### {self.name}",
            "",
            self.machine,
            "",
            "| case | metric | ours | peer | | ratio |",
            "|---|---|---|---|---|---|",
        ]
        for row in self.rows:
            peer = "" if row.peer is None else _shown(row.peer)
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            lines.append(f"| {row.case} | {row.metric} | {_shown(row.ours)} | {peer} | {row.peer_name} | {ratio} |")
        return "\n".join(lines) + "\n"


def compare(case: str, metric: str, ours: Sequence[float], peer: Sequence[float], peer_name: str) -> BenchRow:
    """Medians of repeated rates (more is better) and their ratio."""
    mine, theirs = median(ours), median(peer)
    return BenchRow(case, metric, mine, theirs, peer_name, mine / theirs)


def this_machine() -> str:
    """Processor and cores, as one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
