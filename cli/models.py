"""`hawker models list|pull|verify`: the weights that this home has."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import edge
from cli.commands import Commands

app = typer.Typer(help="The models of this home.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)


@app.command("list")
def list_models(json: edge.Json = False) -> None:
    """What can be pulled, what is installed, and what a remote engine's server serves."""
    from cli.models_remote import remote_row, show_remote
    from engine.catalog import CATALOG
    from engine.pull import installed

    settings = edge.settings()
    here, remote = set(installed(settings)), remote_row(settings)
    rows = [
        {
            "name": entry.name,
            "installed": entry.name in here,
            "kind": entry.kind,
            "languages": sorted(entry.languages),
            "licence": entry.licence,
            "megabytes": round(entry.size_bytes / 1e6),
        }
        for entry in CATALOG.values()
    ]
    if json:
        edge.print_json({"models": rows, **({"remote": remote} if remote else {})})
        return
    from rich.table import Table

    table = Table(box=None)
    for title in ("name", "installed", "kind", "languages", "licence", "MB"):
        table.add_column(title)
    for row in rows:
        languages = row["languages"]
        assert isinstance(languages, list)
        shown = " ".join(languages[:6]) + (" ..." if len(languages) > 6 else "")
        mark = "yes" if row["installed"] else ""
        table.add_row(str(row["name"]), mark, str(row["kind"]), shown, str(row["licence"]), str(row["megabytes"]))
    edge.out().print(table)
    if remote:
        show_remote(remote)


@app.command()
def pull(
    names: Annotated[list[str], typer.Argument(metavar="NAME...")],
    accept_licence: Annotated[bool, typer.Option("--accept-licence", help="agree to the model's terms, once")] = False,
    json: edge.Json = False,
) -> None:
    """Download models, check them against their sha256, convert and install them. Pulled already: nothing happens."""
    from engine.pull import pull as install

    settings, console = edge.settings(), edge.err()
    folders = {}
    for name in names:
        folders[name] = install(settings, name, accept_licence, lambda line: console.print(line, markup=False))
    if json:
        edge.print_json({"installed": {name: str(folder) for name, folder in folders.items()}})


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]")] = None, json: edge.Json = False
) -> None:
    """Recompute the sha256 of installed models. Exit status 1 where one is damaged."""
    from engine.pull import installed
    from engine.pull import verify as check

    settings = edge.settings()
    found = [check(settings, name) for name in names or installed(settings)]
    if not found:
        edge.err().print("no model is installed; see `hawker models list`", markup=False)
    if json:
        edge.print_json({"models": [{"name": one.name, "sound": one.sound, "says": str(one)} for one in found]})
    else:
        for one in found:
            edge.out().print(str(one), markup=False)
    if not all(one.sound for one in found):
        raise typer.Exit(1)
