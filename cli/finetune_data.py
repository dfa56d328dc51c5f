"""`hawker finetune data check|export|card`: what a model would learn from, before it does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli import edge
from cli.commands import Commands

if TYPE_CHECKING:
    from core.settings import Settings
    from finetune.data.card import CountTokens
    from finetune.data.gathering import Gathered

app = typer.Typer(help="What a model would learn from.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)

Sources = Annotated[list[str], typer.Argument(help="files, shops' folders, or names of Hawker's own corpora")]
Format = Annotated[
    Literal["chat", "completion", "copy"] | None,
    typer.Option("--format", help="what the files are; default: seen by their rows"),
]
PersonalData = Annotated[
    Literal["refuse", "redact"], typer.Option("--personal-data", help="refuse rows that hold some, or take it out")
]
UNFIT = 2


@app.command()
def check(
    sources: Sources, format: Format = None, personal_data: PersonalData = "refuse", json: edge.Json = False
) -> None:
    """Read data as training would and tell every problem with file, line and field; exit status 2 if there is one."""
    from finetune.data.gathering import gather_examples

    gathered = gather_examples(sources, edge.settings(), personal_data=personal_data, format=format)
    if json:
        edge.print_json(_facts(gathered))
    else:
        _print(gathered)
    if gathered.problems:
        raise typer.Exit(UNFIT)


@app.command()
def export(
    out: Annotated[Path | None, typer.Option(help="file of JSON lines; default: standard output")] = None,
    json: edge.Json = False,
) -> None:
    """The shop's own approved copy, ready to learn from: prompts with the answers that stood in a variant."""
    import json as json_text

    from core.plain import plain
    from finetune.data.approved import approved_copy

    with edge.house() as house:
        lines = [json_text.dumps(plain(one), ensure_ascii=False) for one in approved_copy(house.store)]
    if out is None:
        print(*lines, sep="\n", end="\n" if lines else "")
        return
    out.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    if json:
        edge.print_json({"file": str(out), "examples": len(lines)})
    else:
        edge.out().print(f"{len(lines)} approved texts to {out}", markup=False)


@app.command()
def card(
    sources: Sources,
    out: Annotated[Path | None, typer.Option(help="Markdown file; default: standard output")] = None,
    base: Annotated[str | None, typer.Option(help="model whose tokens are counted; default: the one in force")] = None,
    format: Format = None,
    personal_data: PersonalData = "refuse",
    json: edge.Json = False,
) -> None:
    """The data card: counts, variety, what was left out or redacted, licences, sha256."""
    from finetune.data.card import data_card
    from finetune.data.gathering import gather_examples

    settings = edge.settings()
    gathered = gather_examples(sources, settings, personal_data=personal_data, format=format).or_refused()
    model = base or settings.model
    text = data_card(gathered, _counter(settings, model, required=base is not None), model)
    if out is not None:
        out.write_text(text, "utf-8")
    if json:
        edge.print_json({**_facts(gathered), "card": text})
    elif out is None:
        print(text, end="")


def _counter(settings: Settings, model: str, required: bool) -> CountTokens | None:
    """Counts tokens as `model` does; none where it is not installed and nobody asked for it by name."""
    from core.errors import ModelMissing
    from engine.shelf import require_model
    from engine.templates import PromptEncoder
    from finetune.encoding import encode
    from finetune.examples import Example

    try:
        encoder = PromptEncoder(require_model(settings, model))
    except ModelMissing:
        if required:
            raise
        return None

    def count(example: Example) -> tuple[int, int]:
        encoded = encode(example, encoder)
        return len(encoded.ids), encoded.answer

    return count


def _facts(gathered: Gathered) -> dict[str, object]:
    tasks = Counter(f"{one.task}/{one.language}" for one in gathered.examples)
    return {
        "examples": len(gathered.examples),
        "by_task": dict(sorted(tasks.items())),
        "sources": gathered.sources,
        "problems": [str(one) for one in gathered.problems],
        "advice": [str(one) for one in gathered.advice],
        "dropped": [str(one) for one in gathered.dropped],
        "redacted": dict(gathered.redacted),
        "sha256": gathered.sha256,
    }


def _print(gathered: Gathered) -> None:
    from finetune.data.findings import listed

    console = edge.out()
    for source in gathered.sources:
        console.print(f"{source.rows:>7,}  {source.name} {source.format}", markup=False)
    for task, number in sorted(Counter(f"{one.task} {one.language}" for one in gathered.examples).items()):
        console.print(f"{number:>7,}  to learn: {task}", markup=False)
    for title, found in (("dropped", gathered.dropped), ("advice", gathered.advice)):
        if found:
            console.print(f"{len(found):>7,}  {title}:", markup=False)
            console.print(*listed(found), sep="\n", markup=False)
    for kind, number in gathered.redacted:
        console.print(f"{number:>7,}  redacted: {kind}", markup=False)
    console.print(f"{len(gathered.problems):>7,}  problems", markup=False)
    for line in listed(gathered.problems):
        edge.err().print(line, markup=False)
