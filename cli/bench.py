"""`hawker bench NAME`: speed against named peers, measured in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.report import BenchReport

MODULES = {
    "engine": "evals.bench_engine",
    "gpu": "evals.bench_gpu",
    "retrieval": "evals.bench_retrieval",
    "emails": "evals.bench_emails",
    "train": "finetune.bench_training",
    "train-gpu": "finetune.bench_training_gpu",
}


def bench(
    name: Annotated[str, typer.Argument(help="engine, gpu, retrieval, emails, train or train-gpu")],
    repeats: Annotated[int, typer.Option(help="runs of each case; the median is reported", min=1)] = 3,
    tiny: Annotated[bool, typer.Option(help="of gpu: on the CPU, with a tiny model")] = False,
    json: edge.Json = False,
) -> None:
    """Measure one room's speed beside a named peer's, several runs, medians."""
    run = _benchmark(name)
    report = run(edge.settings(), repeats, **_options(name, tiny))
    if json:
        print(report.to_json())
    else:
        print(report.to_markdown())


def _options(name: str, tiny: bool) -> dict[str, bool]:
    from core.errors import UserError

    if tiny and name != "gpu":
        raise UserError("--tiny", name, "the benchmark gpu", "leave --tiny out")
    return {"tiny": True} if tiny else {}


def _benchmark(name: str) -> Callable[..., BenchReport]:
    import importlib

    from core.errors import UserError

    if name not in MODULES:
        raise UserError("NAME", name, f"one of {', '.join(MODULES)}", "choose one of these")
    run: Callable[..., BenchReport] = importlib.import_module(MODULES[name]).run
    return run
