"""`hawker insight topics|needs|market`: what reviews speak of, what customers miss, and how competitors compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.house import House
    from core.shop import Product
    from insight.market.comparing import Comparison
    from insight.market.topics import Topic

SHELF = ("insight", "competitors")
Map = Annotated[Path | None, typer.Option("--map", help="a mapping file, as of `hawker shop load`")]
Rivals = Annotated[list[str] | None, typer.Option("--competitor", help="NAME=FILE: load a catalogue and keep it")]


def topics(json: edge.Json = False) -> None:
    """What reviews speak of, how often, and with how much displeasure."""
    with edge.house() as house:
        found = _topics(house)
    if json:
        edge.print_json({"topics": found})
        return
    for topic in found:
        read = topic.negative + topic.positive
        mood = f"{topic.negative / read:4.0%} displeased" if read else ""
        edge.out().print(f"{topic.count:>5}  {mood}  {topic.language}  {', '.join(topic.words)}", markup=False)
    if not found:
        edge.out().print("Too few reviews to find topics in.", markup=False)


def needs(json: edge.Json = False) -> None:
    """What to improve and what to answer or stock: complaints and unanswered questions, with where they stand."""
    from agent.analyst.unanswered import unanswered
    from insight.market import needs as market_needs

    with edge.house() as house:
        found = market_needs.needs(_topics(house), unanswered(house.store), house.embedder)
    if json:
        edge.print_json({"needs": found})
        return
    for need in found:
        often = f"{need.count} of {need.of}" if need.kind == "improve" else _times(need.count)
        about, where = ", ".join(need.about), ", ".join(need.evidence[:3])
        edge.out().print(f"{need.kind:>7}  {about} ({often}; see {where})", markup=False)
    if not found:
        edge.out().print("Nothing stands out of chance, and no question was left unanswered.", markup=False)


def _times(count: int) -> str:
    return "asked once" if count == 1 else f"asked {count} times"


def market(competitor: Rivals = None, mapping: Map = None, json: edge.Json = False) -> None:
    """The shop beside its competitors' catalogues: prices, gaps, claims."""
    from insight.market.comparing import compare

    with edge.house() as house:
        for given in competitor or []:
            _load(house, given, mapping)
        brand = house.store.shop.brand()
        language = brand.languages[0] if brand and brand.languages else "en"
        ours = house.store.shop.products()
        found = [compare(name, ours, theirs, house.embedder, language) for name, theirs in _catalogues(house) if theirs]
    if json:
        edge.print_json({"comparisons": found})
        return
    for comparison in found:
        _show(comparison)
    if not found:
        edge.out().print("No competitor is loaded: say --competitor NAME=FILE", markup=False)


def _topics(house: House) -> Sequence[Topic]:
    from insight.market.remarks import remarks_of
    from insight.market.topics import find_topics

    edge.say("reading reviews")
    return find_topics(remarks_of(house.store.shop.reviews()), house.embedder)


def _load(house: House, given: str, mapping: Path | None) -> None:
    """A competitor is kept as a shop of its own, so that it is read and cleaned as ours and never mixed with it."""
    from core.errors import UserError
    from shop.loading import load_shop
    from store.opening import open_store

    name, parted, file = given.partition("=")
    if not (name.isidentifier() and parted and file):
        raise UserError("--competitor", given, "NAME=FILE, the name of letters, digits and _", "as RIVAL=products.csv")
    home = house.settings.home.joinpath(*SHELF, name)
    store = open_store(house.settings.model_copy(update={"home": home, "database_url": None, "key_file": None}))
    try:
        edge.err().print(str(load_shop(store, Path(file), mapping)), markup=False)
    finally:
        store.close()


def _catalogues(house: House) -> list[tuple[str, list[Product]]]:
    from store.opening import open_store

    found = []
    for home in sorted(path for path in house.settings.home.joinpath(*SHELF).glob("*") if path.is_dir()):
        store = open_store(house.settings.model_copy(update={"home": home, "database_url": None, "key_file": None}))
        found.append((home.name, store.shop.products()))
        store.close()
    return found


def _show(comparison: Comparison) -> None:
    said = [f"{comparison.competitor}: {comparison.theirs} products, {len(comparison.matches)} like one of ours"]
    for place in comparison.prices:
        said.append(
            f"  price, {place.category}: ours are {place.ratio:.2f} of theirs ({place.low:.2f}-{place.high:.2f}, "
            f"{place.matched} matched)"
        )
    said += [f"  gap, {gap.category}: {gap.missing} of {gap.of} like nothing of ours" for gap in comparison.gaps[:10]]
    said += [
        f"  they say `{claim.words}` of {claim.theirs:.0%}, we of {claim.ours:.0%}" for claim in comparison.claims[:10]
    ]
    for line in said:
        edge.out().print(line, markup=False)
