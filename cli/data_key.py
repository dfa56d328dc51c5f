"""`hawker data-key rotate`: a new key for personal data at rest. API keys are `hawker keys`."""

from __future__ import annotations

import typer

from cli import edge
from cli.commands import Commands

app = typer.Typer(help="The key that seals personal data.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """The key that seals personal data."""


@app.command()
def rotate(json: edge.Json = False) -> None:
    """Make a new key and seal everything with it. Stop all of Hawker's processes before, and back up the file after."""
    from store.rotating import rotate_keys

    settings = edge.settings()
    values = rotate_keys(settings)
    if json:
        edge.print_json({"values": values, "key_file": str(settings.data_key_file)})
    else:
        edge.out().print(f"{values:,} values sealed anew; back up {settings.data_key_file}", markup=False)
