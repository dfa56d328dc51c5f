"""`hawker adapters list|add|remove|promote|rollback|export`: the voices of this home, and which one speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge
from cli.adapters_export import export
from cli.commands import Commands

if TYPE_CHECKING:
    from engine.adapters import Adapters, Installed

app = typer.Typer(help="The adapters of this home.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="see `hawker adapters list`")]


app.command("export")(export)


@app.command("list")
def list_adapters(json: edge.Json = False) -> None:
    """The adapters that there are, and which of them speak."""
    registry = _registry()
    rows = [_row(one, registry) for one in registry.all()]
    if json:
        edge.print_json({"adapters": rows})
        return
    from rich.table import Table

    table = Table(box=None)
    for title in ("name", "base", "speaks", "knows", "loss", "prompts"):
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row))
    edge.out().print(table)


@app.command()
def add(folder: Annotated[Path, typer.Argument(help="what `hawker finetune` wrote")], json: edge.Json = False) -> None:
    """Take in an adapter that was made elsewhere. One made for other weights is refused."""
    registry = _registry()
    taken = registry.add(folder)
    _say(json, taken.name, f"{taken.name} is here; next: hawker adapters promote {taken.name}")


@app.command()
def remove(name: Name, json: edge.Json = False) -> None:
    """Delete an adapter of one's own that is not live."""
    _registry().remove(name)
    _say(json, name, f"{name} is gone")


@app.command()
def promote(
    name: Name,
    model: Annotated[str | None, typer.Option("--model", help="whose adapters `none` silences")] = None,
    force: Annotated[bool, typer.Option("--force", help="put it in front unmeasured")] = False,
    json: edge.Json = False,
) -> None:
    """Put an adapter in front if it is better than the live one on shops that neither has seen: some minutes.

    Exit status 3 where it is not. `none` with --model puts the bare model in front.
    """
    from engine.adapters import BARE

    if force or name == BARE:
        _registry().promote(name, model)
        _say(json, name, f"{name} is live")
        return
    from finetune.promotion import consider

    verdict = consider(edge.settings(), name)
    if json:
        edge.print_json({"promoted": verdict.promoted, "before": verdict.before, "why": verdict.why})
    else:
        for line in verdict.why:
            edge.out().print(f"  {line}", markup=False)
        outcome = "is live" if verdict.promoted else f"stays behind {verdict.before}"
        edge.out().print(f"{name} {outcome}", markup=False)
    if not verdict.promoted:
        raise typer.Exit(3)


@app.command()
def rollback(
    model: Annotated[str | None, typer.Option("--model", help="default: the model of the settings")] = None,
    json: edge.Json = False,
) -> None:
    """Put the adapter in front again that was live before."""
    base = model or edge.settings().model
    name = _registry().rollback(base)
    _say(json, name, f"{name} is live again for {base}")


def _registry() -> Adapters:
    from engine.adapters import Adapters

    return Adapters(edge.settings())


def _row(one: Installed, registry: Adapters) -> dict[str, object]:
    from prompts.changes import changed_prompts

    told = one.manifest
    changed = changed_prompts(told.prompts)
    return {
        "name": one.name,
        "base": told.base,
        "live": "yes" if one.name in registry.speaking(told) else "",
        "tasks": " ".join(told.tasks),
        "languages": " ".join(told.languages),
        "licence": told.licence,
        "held_out_loss": told.metrics.get("held_out_loss", ""),
        "prompts": f"{len(changed)} changed since: train it again" if changed else "same",
    }


def _cells(row: Mapping[str, object]) -> Iterator[str]:
    """Short enough for a terminal; `--json` tells the rest."""
    yield str(row["name"])
    yield str(row["base"])
    yield str(row["live"])
    yield f"{str(row['tasks']).replace(' ', ', ')}: {row['languages']}"
    yield f"{row['held_out_loss']:.2f}" if isinstance(row["held_out_loss"], float) else ""
    yield str(row["prompts"])


def _say(json: bool, name: str, line: str) -> None:
    if json:
        edge.print_json({"adapter": name})
    else:
        edge.out().print(line, markup=False)
