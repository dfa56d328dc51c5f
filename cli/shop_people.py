"""`hawker shop merges|merge|unmerge`: which customers are one person."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import edge


def merges(
    find: Annotated[bool, typer.Option("--find", help="look for more and record them")] = False,
    suggested: Annotated[
        bool, typer.Option("--suggested", help="pairs that share a key and may be two people")
    ] = False,
    json: edge.Json = False,
) -> None:
    """Customers who are held to be one person, by which evidence and since when."""
    from shop.people.resolving import find_people, resolve_people

    with edge.house() as house:
        found = resolve_people(house.store) if find else find_people(house.store) if suggested else None
        recorded = house.store.merges.all()
    suggestions = found.suggestions if found else ()
    if json:
        edge.print_json({"merges": recorded, "suggestions": suggestions})
        return
    for one in recorded:
        state = f"undone {one.undone:%Y-%m-%d}" if one.undone else f"since {one.at:%Y-%m-%d}"
        edge.out().print(
            f"{one.id}  {one.one} = {one.other}  by {one.key} {', '.join(one.evidence)}, {state}", markup=False
        )
    for pair in suggestions:
        edge.out().print(
            f"perhaps  {pair.one} = {pair.other}  by {pair.key} {', '.join(pair.evidence)}: {pair.against}",
            markup=False,
        )
    if not recorded and not suggestions:
        edge.out().print("nobody is merged; look with: hawker shop merges --find", markup=False)


def merge(
    one: Annotated[str, typer.Argument(help="a customer's id")],
    other: Annotated[str, typer.Argument(help="the id of the same person")],
    json: edge.Json = False,
) -> None:
    """Hold two customers to be one person, on your word."""
    from core.errors import Conflict
    from store.merges import NewMerge

    with edge.house() as house:
        if other in house.store.merges.parts(one):
            raise Conflict("OTHER", other, f"a customer who is not one person with {one} already")
        house.store.merges.add([NewMerge(one, other, "word of mouth", ())])
    if json:
        edge.print_json({"one": one, "other": other})
    else:
        edge.out().print(f"{one} and {other} are one person; run: hawker shop index", markup=False)


def unmerge(
    merge: Annotated[str, typer.Argument(help="its id, see `hawker shop merges`")], json: edge.Json = False
) -> None:
    """Tell two customers apart again, for good."""
    with edge.house() as house:
        undone = house.store.merges.undo(merge)
    if json:
        edge.print_json(undone)
    else:
        edge.out().print(f"{undone.one} and {undone.other} are two people; run: hawker shop index", markup=False)
