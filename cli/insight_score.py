"""`hawker insight score|models|update`: what kept models foretell, which there are, and how they go on learning."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import edge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.house import House
    from core.prediction import Prediction
    from insight.predicting.shelf import Ready
    from insight.predicting.tasks import Rows
    from insight.predicting.updating import Updated

SHOWN = 20
"""customers or rows that a person is told, the highest first; --json tells all"""
Model = Annotated[str, typer.Argument(help="a model's name; see hawker insight models")]


def score(
    model: Model,
    file: Annotated[Path | None, typer.Argument(help="rows to score; default: the shop's customers")] = None,
    customer: Annotated[str | None, typer.Option(help="one customer alone")] = None,
    id: Annotated[str | None, typer.Option(help="of a file: the column that names the row")] = None,
    json: edge.Json = False,
) -> None:
    """Score the rows of a file, or customers, one or all, whose profiles then tell it."""
    from insight.predicting.shelf import Shelf

    with edge.house() as house:
        ready = Shelf(house.settings.home).get(model)
        scored = _score_file(ready, file, id) if file else _score_customers(house, ready, customer)
        if not file:
            house.store.predictions.add({who: (one,) for who, one in scored})
    if json:
        edge.print_json({"model": ready.model.name, "scores": [{"id": who, **_told(one)} for who, one in scored]})
        return
    for who, one in sorted(scored, key=lambda pair: -pair[1].value)[:SHOWN]:
        why = ", ".join(f"{'+' if r.effect > 0 else '-'} {r.feature} {r.value}" for r in one.reasons[:3])
        edge.out().print(f"{who:<14} {one.value:6.1%}  {why}", markup=False)
    if len(scored) > SHOWN:
        edge.out().print(f"... the highest {SHOWN} of {len(scored):,}; --json tells all", markup=False)


def models(json: edge.Json = False) -> None:
    """The models there are: what they foretell, and how well, beside the baseline."""
    from insight.predicting.kept import kept

    found = [{"name": one.about["name"], "version": one.folder.name, **one.about["facts"]} for one in kept(_home())]
    if json:
        edge.print_json({"models": found})
        return
    for one in found:
        ours, theirs = one["judged"]["measured"][:2]
        figures = f"AUC {ours['auc']['value']:.3f} (baseline {theirs['auc']['value']:.3f})"
        edge.out().print(f"{one['name']:<18} {one['version']}  {figures}  {one['rows']:>8,} rows", markup=False)
    if not found:
        edge.out().print("none yet: hawker insight train purchase", markup=False)


def update(
    model: Model,
    file: Annotated[Path | None, typer.Argument(help="rows with answers; default: the shop's own since")] = None,
    json: edge.Json = False,
) -> None:
    """Learn on from answers that came since, and tell whether customers, scores or answers have drifted."""
    from insight.predicting.shelf import Shelf
    from insight.predicting.updating import update as learn_on

    with edge.house() as house:
        ready = Shelf(house.settings.home).get(model)
        rows = _new_rows(house, ready, file)
        found = learn_on(ready.model, rows)
        version = _keep(house, ready, found, rows) if found.took else ready.model.version
    if json:
        edge.print_json(_update_told(found, version))
        return
    _show_update(found, version)


def _home() -> Path:
    return edge.settings().home


def _score_file(ready: Ready, file: Path, id: str | None) -> list[tuple[str, Prediction]]:
    from core.errors import UserError
    from insight.predicting.tables import read_table

    table = read_table(file)
    if id is not None and id not in table.columns:
        raise UserError("--id", id, f"a column: {', '.join(table.columns[:20])}", "mend its spelling")
    names: Sequence[Any] = table[id].to_list() if id else [f"row {place}" for place in range(1, len(table) + 1)]
    return list(zip(map(str, names), ready.model.predict(table, datetime.now(UTC)), strict=True))


def _score_customers(house: House, ready: Ready, customer: str | None) -> list[tuple[str, Prediction]]:
    from core.errors import UserError
    from insight.behaviour.records import read_behaviour
    from insight.predicting.scoring import OF_CUSTOMERS, score_all

    now = datetime.now(UTC)
    if customer is not None:
        told = house.customer_scores.of(customer, now, names=(ready.model.name,))
        return [(customer, one) for one in told]
    if ready.question.get("asked") not in OF_CUSTOMERS:
        raise UserError("FILE", "", "a file of rows", f"{ready.model.name} was learnt from a table")
    return score_all(ready, read_behaviour(house.store), now)


def _new_rows(house: House, ready: Ready, file: Path | None) -> Rows:
    from insight.behaviour.records import read_behaviour
    from insight.predicting.new_answers import rows_of_shop, rows_of_table
    from insight.predicting.tables import read_table

    if file is None:
        return rows_of_shop(ready, read_behaviour(house.store))
    facts = ready.kept.about["facts"]
    return rows_of_table(ready.model, read_table(file), facts["target"], facts["yes"])


def _keep(house: House, ready: Ready, found: Updated, rows: Rows) -> str:
    from insight.predicting.keeping import keep_update

    return keep_update(house.settings.home, ready.kept, found.model, rows.times)


def _update_told(found: Updated, version: str) -> dict[str, Any]:
    from dataclasses import asdict

    moved = [{"name": one.name, "index": one.index, "verdict": one.verdict} for one in found.moved]
    answers = {**asdict(found.answers), "verdict": found.answers.verdict}
    told = {"rows": found.rows, "took": found.took, "version": version, "drifted": found.drifted}
    losses = {"frozen_loss": found.frozen_loss, "updated_loss": found.updated_loss}
    return {**told, **losses, "answers": answers, "moved": moved}


def _show_update(found: Updated, version: str) -> None:
    say = edge.out().print
    went = "the updated model takes its place" if found.took else "the model stays as it was"
    say(f"{found.rows:,} new rows; surprise {found.frozen_loss:.4f} as it was, {found.updated_loss:.4f} learning on")
    say(f"{went} (version {version})", markup=False)
    answers = found.answers
    say(f"answers: {answers.foretold:.1%} foretold, {answers.happened:.1%} happened: {answers.verdict}", markup=False)
    for one in found.moved[:6]:
        say(f"{one.verdict:<8} {one.index:6.3f}  {one.name}", markup=False)
    if found.drifted:
        say("something has drifted: train it anew when it lasts", markup=False)


def _told(one: Prediction) -> dict[str, Any]:
    from core.plain import plain

    return dict(plain(one))
