"""`hawker adapters export`: an adapter as weights that other programs load."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli import edge


def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="an adapter of `hawker adapters list`")],
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="a new or empty folder")],
    form: Annotated[Literal["gguf", "safetensors"], typer.Option("--format", help="of the weights")] = "gguf",
    quantise: Annotated[
        Literal["f16", "q8_0", "q4_1", "q4_0"], typer.Option("--quantise", help="how a GGUF keeps its matrices")
    ] = "f16",
    base_gguf: Annotated[
        Path | None, typer.Option("--base-gguf", metavar="FILE", help="the base's GGUF file, where none was kept")
    ] = None,
    json: edge.Json = False,
) -> None:
    """Merge an adapter into its base and write it, if what is written says what the adapter says."""
    from core.errors import UserError
    from engine.adapters import Adapters
    from finetune.export.exporting import ExportOrder, plain_record
    from finetune.export.exporting import export as write

    if form == "safetensors" and (quantise != "f16" or base_gguf is not None):
        raise UserError("--format", form, "gguf where --quantise or --base-gguf is given")
    settings, console = edge.settings(), edge.err()
    order = ExportOrder(to, form, quantise, base_gguf)
    done = write(settings, Adapters(settings).get(name), order, lambda line: console.print(line, markup=False))
    if json:
        edge.print_json(plain_record(done))
    else:
        edge.out().print(str(done.file), markup=False)
