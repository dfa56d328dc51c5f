"""`hawker shop load|index|status|erase`: the shop's own records. `merges` and `quality` have files of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import edge, shop_people, shop_quality
from cli.commands import Commands

app = typer.Typer(help="The shop's own records.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)
for command in (shop_people.merges, shop_people.merge, shop_people.unmerge, shop_quality.quality):
    app.command()(command)


@app.command()
def load(
    source: Annotated[
        str, typer.Argument(help="a folder or file of products, knowledge, customers, orders ..., or a database's URL")
    ],
    map: Annotated[Path | None, typer.Option("--map", help="mapping file; default: Hawker's own layout")] = None,
    keep_apart: Annotated[
        bool, typer.Option("--keep-apart", help="do not look for customers who are one person")
    ] = False,
    json: edge.Json = False,
) -> None:
    """Load a shop and index it. Loading again changes only what changed; refused rows are told with their reason."""
    from agent.refresh import refresh
    from shop.loading import load_shop
    from shop.people.resolving import resolve_people

    with edge.house() as house:
        # Raises where the embedding model is missing: a shop that cannot be indexed is not to be loaded by half.
        _ = house.embedder
        report = load_shop(house.store, source, map, edge.say)
        found = None if keep_apart else resolve_people(house.store)
        refreshed = refresh(house, edge.say)
    if json:
        edge.print_json({"load": report, "people": found, "index": refreshed})
        return
    edge.out().print(str(report), markup=False)
    if found and (found.merges or found.suggestions):
        merged, perhaps = len(found.merges), len(found.suggestions)
        said = f"{merged:,} customers merged with another, {perhaps:,} suggested: see hawker shop merges --suggested"
        edge.out().print(said, markup=False)


@app.command()
def index(json: edge.Json = False) -> None:
    """Index what is in the database: after a restore, or where Chroma or the embedder is another one now."""
    from agent.refresh import refresh

    with edge.house() as house:
        refreshed = refresh(house, edge.say)
    if json:
        edge.print_json({"index": refreshed})
        return
    embedded = sum(one.embedded for one in (refreshed.documents, refreshed.products, refreshed.customers))
    edge.out().print(f"{embedded:,} texts embedded, {refreshed.profiles:,} profiles drawn", markup=False)


@app.command()
def status(json: edge.Json = False) -> None:
    """How many records of each kind there are, and a few ids to try."""
    with edge.house() as house:
        shop = house.store.shop
        brand = shop.brand()
        counts = shop.counts()
        samples = {f"sample_{kind}": shop.sample_ids(kind, 5) for kind in ("products", "customers")}
    if json:
        edge.print_json({**counts, **samples, "brand": brand.name if brand else None})
        return
    console = edge.out()
    console.print(f"{brand.name if brand else 'no brand loaded'}", style="bold", markup=False)
    for kind, count in counts.items():
        console.print(f"{count:>9,}  {kind}", markup=False)
    for kind, ids in samples.items():
        console.print(f"{kind.replace('_', ' ')}: {', '.join(ids)}", markup=False)


@app.command()
def erase(
    customer: Annotated[str, typer.Argument(help="the customer's id")],
    json: edge.Json = False,
) -> None:
    """Forget one person: rows, vectors, events, drafts, chats. Prints what went."""
    from agent.erasure import forget

    with edge.house() as house:
        forgotten = forget(house, customer)
    if json:
        edge.print_json(forgotten)
    else:
        for kind, count in forgotten.went.items():
            edge.out().print(f"{count:>6}  {kind}", markup=False)
    if not forgotten.complete:
        edge.err().print("another process holds the database open; run this again when it has ended")
        raise typer.Exit(1)
