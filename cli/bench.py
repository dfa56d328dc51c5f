"""`hawker bench NAME`: speed against named peers, measured in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.settings import Settings
    from evals.report import BenchReport

MODULES = {
    "engine": "evals.bench_engine",
    "retrieval": "evals.bench_retrieval",
    "emails": "evals.bench_emails",
    "train": "finetune.bench_training",
    "train-gpu": "finetune.bench_training_gpu",
}


def bench(
    name: Annotated[str, typer.Argument(help="engine, retrieval, emails, train or train-gpu")],
    repeats: Annotated[int, typer.Option(help="runs of each case; the median is reported", min=1)] = 3,
    json: edge.Json = False,
) -> None:
    """Measure one room's speed beside a named peer's, several runs, medians."""
    report = _benchmark(name)(edge.settings(), repeats)
    if json:
        print(report.to_json())
    else:
        print(report.to_markdown())


def _benchmark(name: str) -> Callable[[Settings, int], BenchReport]:
    import importlib

    from core.errors import UserError

    if name not in MODULES:
        raise UserError("NAME", name, f"one of {', '.join(MODULES)}", "choose one of these")
    run: Callable[[Settings, int], BenchReport] = importlib.import_module(MODULES[name]).run
    return run
