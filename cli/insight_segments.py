"""`hawker insight segments`: the shop's segments: by RFM, found in behaviour, and written as rules."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli import edge

if TYPE_CHECKING:
    from agent.house import House
    from insight.segmenting.segmentation import Segmentation

SAMPLE = 5
"""customers shown of a rule"""


def segments(
    find: Annotated[
        bool, typer.Option("--find", help="find clusters anew in what customers looked at and bought")
    ] = False,
    method: Annotated[Literal["classes", "kmeans", "hdbscan"], typer.Option(help="how --find groups them")] = "classes",
    by_model: Annotated[bool, typer.Option("--by-model", help="with --find: let the model word the titles")] = False,
    rule: Annotated[str | None, typer.Option(help='who fits, e.g. "category = tents and consent(email)"')] = None,
    drift: Annotated[int | None, typer.Option(help="how the clusters moved in so many days", min=1)] = None,
    fields: Annotated[bool, typer.Option("--fields", help="what a rule may ask")] = False,
    json: edge.Json = False,
) -> None:
    """The segments, how many customers are in each, and how they are spoken to."""
    if fields:
        _show_fields(json)
        return
    with edge.house() as house:
        if rule is not None:
            _show_rule(house, rule, json)
        elif drift is not None:
            _show_drift(house, drift, json)
        else:
            if find:
                _find(house, method, by_model)
            _show_all(house, json)


def _find(house: House, method: Literal["classes", "kmeans", "hdbscan"], by_model: bool) -> None:
    from agent.analyst.finding import find_and_keep
    from core.errors import UserError
    from insight.segmenting.segmentation import Refused

    edge.say("finding segments: every number of groups is tried on many draws of the customers")
    found = find_and_keep(house, _now(house), method, by_model)
    if isinstance(found, Refused):
        raise UserError("clusters", "this shop's customers", "tastes that set groups of them apart", found.reason)


def _show_all(house: House, json: bool) -> None:
    from insight.customers.segments import SEGMENTS

    sizes = Counter(profile.segment for profile in house.store.profiles.all())
    found, rules = _kept(house), _rules(house)
    rows = [
        {"name": one.name, "customers": sizes[one.name], "title": one.title, "angle": one.angle}
        for one in SEGMENTS.values()
    ]
    if json:
        edge.print_json({"segments": rows, "clusters": found.clusters if found else [], "rules": rules})
        return
    out = edge.out()
    for one in SEGMENTS.values():
        out.print(f"{sizes[one.name]:>6}  {one.name}: {one.description['en']}", markup=False)
    for cluster in found.clusters if found else ():
        text = cluster.texts["en"]
        lines = text.description.replace("\n", "\n        ")
        out.print(f"{cluster.statistics.customers:>6}  {cluster.name}: {text.title}\n        {lines}", markup=False)
    for name, members in rules.items():
        out.print(f"{members:>6}  {name}: a rule", markup=False)


def _show_rule(house: House, rule: str, json: bool) -> None:
    from insight.segmenting.rules.asking import ask_store
    from insight.segmenting.rules.written import FILE, rule_named

    members = ask_store(house.store, _now(house)).members(rule_named(rule, house.settings.home / FILE))
    whole = house.store.customers.count()
    if json:
        edge.print_json({"rule": rule, "customers": len(members), "of": whole, "sample": members[:SAMPLE]})
        return
    edge.out().print(f"{len(members)} of {whole} customers: {', '.join(members[:SAMPLE]) or 'nobody'}", markup=False)


def _show_drift(house: House, days: int, json: bool) -> None:
    from core.errors import UserError
    from insight.behaviour.records import read_behaviour
    from insight.segmenting.drift import watch

    found = _kept(house)
    if found is None:
        raise UserError("--drift", days, "clusters that were found", "run `hawker insight segments --find` first")
    now = _now(house)
    moved = watch(found, read_behaviour(house.store), now - timedelta(days=days), now)
    if json:
        edge.print_json({"verdict": moved.verdict, "index": moved.index, "clusters": moved.clusters})
        return
    out = edge.out()
    out.print(f"{moved.verdict}: stability index {moved.index:.3f} since {moved.before:%Y-%m-%d}", markup=False)
    for one in moved.clusters:
        sign = "moved" if one.changed else "as before"
        out.print(f"{one.name}: {one.before:.1%} -> {one.after:.1%}, tastes {sign} ({one.moved:.3f})", markup=False)


def _show_fields(json: bool) -> None:
    from insight.behaviour.features import FEATURES
    from insight.segmenting.rules.fields import BOUGHT, DAYS, PERSON, SEEN

    told: dict[str, str] = {**BOUGHT, **SEEN, **PERSON, "consent": "consent(email): agreed to be written to there"}
    told |= {name: FEATURES[feature] for name, feature in DAYS.items()} | dict(FEATURES)
    if json:
        edge.print_json({"fields": told})
        return
    for name, words in told.items():
        edge.out().print(f"{name}: {words}", markup=False)


def _kept(house: House) -> Segmentation | None:
    from insight.segmenting.keeping import folder_of, load_segments

    return load_segments(folder_of(house.settings))


def _rules(house: House) -> dict[str, Any]:
    """Name -> how many fit, of the home's rule segments."""
    from insight.segmenting.rules.asking import ask_store
    from insight.segmenting.rules.written import FILE, read_rules

    written = read_rules(house.settings.home / FILE)
    if not written:
        return {}
    asked = ask_store(house.store, _now(house))
    return {name: len(asked.members(one.rule)) for name, one in written.items()}


def _now(house: House) -> datetime:
    from insight.behaviour.moments import newest
    from insight.behaviour.records import read_behaviour

    return newest(read_behaviour(house.store))
