"""`hawker eval SUITE`: the model's work on shops that it never saw; `compare` lays two runs side by side, `samples`
writes outputs to be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli import edge
from cli.commands import Commands
from evals.held_out.figures import SUITES

if TYPE_CHECKING:
    from core.settings import Settings

app = typer.Typer(
    help="Measure copy, e-mails, support and retrieval on shops that no model was trained on.",
    no_args_is_help=True,
    cls=Commands,
    rich_markup_mode=None,
)
Quick = Annotated[bool, typer.Option("--quick", help="a fixed part of the cases, in a few minutes")]
Adapter = Annotated[str | None, typer.Option(help="live, none, or an adapter's name; default: the settings'")]
Model = Annotated[str | None, typer.Option(help="the model for English, in place of the settings'")]
Seeds = Annotated[int | None, typer.Option(help="draws of each order, phrasings of each question", min=1)]
Lang = Annotated[Literal["en", "zh"] | None, typer.Option("--lang", help="one language alone")]
Out = Annotated[Path | None, typer.Option(help="folder for the report as JSON and Markdown")]


def _suite(name: str, suites: tuple[str, ...], about: str) -> None:
    """The command `hawker eval NAME`."""

    @app.command(name, help=about)
    def command(
        quick: Quick = False,
        adapter: Adapter = None,
        model: Model = None,
        seeds: Seeds = None,
        language: Lang = None,
        out: Out = None,
        json: edge.Json = False,
    ) -> None:
        _run(suites, quick, adapter, model, seeds, language, out, json)


_suite("copy", ("copy",), "Ads: lines fit to show, true to their facts, and varied.")
_suite("email", ("email",), "E-mails: parts fit to send, whole messages, and what another reader changes.")
_suite("support", ("support",), "The support desk: right answers, honest hand-overs, citations, pass^k over phrasings.")
_suite("all", SUITES, "Every suite over the held-out shops.")


@app.command("retrieval")
def eval_retrieval(out: Out = None, json: edge.Json = False) -> None:
    """Retrieval: is the page with the answer found?"""
    _run(("retrieval",), False, None, None, None, None, out, json)


@app.command("classifiers")
def eval_classifiers(
    out: Annotated[Path, typer.Option(help="folder for the report and its plots")],
    sets: Annotated[str | None, typer.Option(help="names with commas between; default: all")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="at most 3,000 rows of each set")] = False,
    json: edge.Json = False,
) -> None:
    """Classifier heads on the public sets in the folder that HAWKER_DATA names. Exit status 3 where one falls short."""
    from evals.classifier_sources import SOURCES
    from evals.classifier_suite import QUICK, kept_embedder, run
    from evals.public_data import data_folder

    names = sets.split(",") if sets else list(SOURCES)
    report = run(kept_embedder(), data_folder(), out, names, QUICK if quick else None, edge.say)
    print(report.to_json() if json else report.to_markdown())
    if not report.met:
        raise typer.Exit(3)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A.json", help="a report: the one that is live")],
    second: Annotated[Path, typer.Argument(metavar="B.json", help="a report: the new one")],
    json: edge.Json = False,
) -> None:
    """Lay two runs side by side, case by case, and say whether the second is better."""
    from evals.held_out.comparing import compare as side_by_side
    from evals.held_out.markdown import comparison_markdown
    from evals.held_out.results import read_report

    found = side_by_side(read_report(first), read_report(second))
    if json:
        edge.print_json(found)
    else:
        print(comparison_markdown(found), end="")


@app.command()
def samples(
    task: Annotated[str, typer.Option(help="copy, email or support")],
    out: Annotated[Path, typer.Option(help="folder for the Markdown file")],
    n: Annotated[int, typer.Option("--n", help="how many, spread over shops and languages", min=1)] = 30,
    seed: Annotated[int, typer.Option(help="what chooses them")] = 0,
    adapter: Adapter = None,
    model: Model = None,
) -> None:
    """Write outputs that a seed chose: the bare model's beside the adapter's."""
    from evals.held_out.samples import samples as drawn
    from evals.held_out.samples import samples_markdown

    text = samples_markdown(task, seed, drawn(_settings(adapter, model), task, n, seed))
    print(_kept(out, f"{task}.md", text))


def _run(
    suites: tuple[str, ...],
    quick: bool,
    adapter: str | None,
    model: str | None,
    seeds: int | None,
    language: str | None,
    out: Path | None,
    json: bool,
) -> None:
    from core.language import LANGUAGES
    from evals.held_out.markdown import report_markdown
    from evals.held_out.plan import Plan
    from evals.held_out.running import run

    languages = (language,) if language else LANGUAGES
    plan = Plan(quick, seeds, _learned(), languages, edge.say)
    report = run(_settings(adapter, model), suites, plan)
    if out is not None:
        name = "all" if len(suites) > 1 else suites[0]
        _kept(out, f"{name}.json", report.to_json())
        _kept(out, f"{name}.md", report_markdown(report))
    print(report.to_json() if json else report_markdown(report), end="\n" if json else "")


def _settings(adapter: str | None, model: str | None) -> Settings:
    from core.logs import configure_logs
    from core.settings import load_settings

    found = load_settings(adapter=adapter, model=model)
    configure_logs(found.log_level)
    return found


def _learned() -> tuple[str, ...]:
    """The ads' lines that the shipped adapters learned from."""
    from finetune.corpus import CORPORA
    from finetune.rows import AdRow, read_rows

    shops = sorted(path for path in CORPORA.iterdir() if path.is_dir())
    rows = (row for shop in shops for row in read_rows(shop / "rows" / "ads.jsonl", AdRow))
    return tuple(line.text for row in rows for line in row.lines)


def _kept(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    return path
