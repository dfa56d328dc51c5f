"""`hawker insight report`: one page on the shop and its customers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import edge


def report(
    out: Annotated[Path, typer.Option(help="the page to write")] = Path("report.html"),
    language: Annotated[str, typer.Option("--lang", help="en or zh")] = "en",
    json: edge.Json = False,
) -> None:
    """Write one offline page: orders, segments, demand to come, what stands out, what customers will bring."""
    from agent.analyst.report import report_on
    from agent.analyst.report_page import draw_report
    from core.errors import UserError
    from core.language import LANGUAGES

    known = next((one for one in LANGUAGES if one == language), None)
    if known is None:
        raise UserError("--lang", language, "en or zh")
    with edge.house() as house:
        edge.say("reading the shop's records")
        found = report_on(house.store, house.settings.home, known)
    if json:
        edge.print_json(found)
        return
    try:
        out.write_text(draw_report(found), encoding="utf-8")
    except OSError as error:
        raise UserError("--out", out, "a file that can be written", error.strerror or "") from None
    edge.out().print(f"written to {out}", markup=False)
