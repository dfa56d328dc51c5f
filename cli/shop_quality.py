"""`hawker shop quality`: how good the data are, as a page for people or JSON for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import edge


def quality(
    to: Annotated[Path, typer.Option("--out", help="the page to write")] = Path("quality.html"),
    json: edge.Json = False,
) -> None:
    """Write a page on the data: what is there, what was mended or refused, what is missing and what that costs."""
    from shop.quality.gaps import find_gaps
    from shop.quality.measures import measure
    from shop.quality.page import draw_page

    with edge.house() as house:
        found, brand = measure(house.store), house.store.shop.brand()
    gaps = find_gaps(found)
    if json:
        edge.print_json({"quality": found, "gaps": gaps})
        return
    to.write_text(draw_page(brand.name if brand else "The shop", found, gaps), encoding="utf-8")
    for gap in gaps:
        edge.out().print(f"{'! ' if gap.serious else '  '}{gap.what}: {gap.costs}", markup=False)
    edge.out().print(f"written: {to}", markup=False)
