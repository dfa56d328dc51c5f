"""`hawker backup FOLDER` and `hawker restore FOLDER --key FILE`: a copy of this home, and a home from such a copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from store.backup import Copied


def backup(
    folder: Annotated[Path, typer.Argument(help="a new folder for the copy")],
    json: edge.Json = False,
) -> None:
    """Copy database, events, adapters and settings while Hawker serves; the key file is not among them."""
    from store.backup import back_up

    settings = edge.settings()
    copied = back_up(settings, folder)
    if json:
        edge.print_json(_row(copied))
        return
    edge.out().print(f"{copied.files} files, {copied.bytes:,} bytes in {copied.folder}", markup=False)
    edge.err().print(
        f"without its key the copy opens for nobody: keep {settings.data_key_file} elsewhere", markup=False
    )


def restore(
    folder: Annotated[Path, typer.Argument(help="what `hawker backup` made")],
    key: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="the key file that sealed it")],
    json: edge.Json = False,
) -> None:
    """Make this home, which has no data yet, from a backup and its key file. `hawker shop index` comes next."""
    from store.backup import restore as make_home

    copied = make_home(edge.settings(), folder, key)
    if json:
        edge.print_json(_row(copied))
        return
    edge.out().print(f"{copied.files} files, {copied.bytes:,} bytes in {copied.folder}", markup=False)
    edge.err().print("next: hawker models pull what is missing, then hawker shop index", markup=False)


def _row(copied: Copied) -> dict[str, object]:
    return {"folder": str(copied.folder), "files": copied.files, "bytes": copied.bytes}
