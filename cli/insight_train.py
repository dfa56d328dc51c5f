"""`hawker insight train`: heads that read texts, questions about the shop's customers, columns of any table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import edge
from cli.insight_recommend import train_recommender

if TYPE_CHECKING:
    from agent.house import House
    from insight.predicting.learned import Learned
    from insight.predicting.tasks import TableTask

HEADS = ("sentiment", "intent")


@dataclass(frozen=True, slots=True)
class Asked:
    """What `train` was given."""

    what: str
    days: int | None
    campaign: str | None
    target: str | None
    yes: str | None
    id: str | None
    time: str | None
    name: str | None


def train(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="sentiment, intent, purchase, churn, response, recommender, or a table FILE"
        ),
    ],
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[CSV...]", help="of heads: text, label, language")
    ] = None,
    to: Annotated[Path | None, typer.Option("--out", help="of heads: folder for the head and its card")] = None,
    target: Annotated[str | None, typer.Option(help="of a table: the column to foretell, of two values")] = None,
    yes: Annotated[str | None, typer.Option(help="of a table: the value that counts as yes")] = None,
    id: Annotated[str | None, typer.Option(help="of a table: the column that names the customer")] = None,
    time: Annotated[str | None, typer.Option(help="of a table: the column that dates the row")] = None,
    name: Annotated[str | None, typer.Option(help="of a table: the model's name; default: the file's")] = None,
    days: Annotated[int | None, typer.Option(help="of purchase (30) and churn (from the shop's gaps)", min=1)] = None,
    campaign: Annotated[str | None, typer.Option(help="of response: whose recipients to learn from")] = None,
    trials: Annotated[int, typer.Option(help="settings to try", min=0)] = 14,
    seed: Annotated[int, typer.Option(help="of all that is drawn")] = 0,
    json: edge.Json = False,
) -> None:
    """Learn a head on labelled texts, a question about the customers, the recommender, or a column of a table."""
    if what in HEADS:
        _train_head(what, files or [], to, json)
        return
    if what == "recommender":
        train_recommender(json)
        return
    from insight.predicting.keeping import keep
    from insight.predicting.learning import Effort, learn

    asked = Asked(what, days, campaign, target, yes, id, time, name)
    with edge.house() as house:
        task, question = _task(house, asked)
        edge.say(f"learning {task.name} from {len(task.table):,} rows")
        learned = keep(house.settings.home, learn(task, Effort(trials, seed)), question)
    _show_learned(learned, json)


def _task(house: House, asked: Asked) -> tuple[TableTask, dict[str, Any]]:
    """The task, and what its model needs to be asked again."""
    from core.errors import UserError
    from insight.behaviour.records import read_behaviour
    from insight.predicting import questions
    from insight.predicting.responses import RESPONSE, response_task

    if asked.what == questions.PURCHASE:
        task = questions.purchase_task(read_behaviour(house.store), asked.days or 30)
    elif asked.what == questions.CHURN:
        task = questions.churn_task(read_behaviour(house.store), asked.days)
    elif asked.what == RESPONSE:
        if asked.campaign is None:
            raise UserError("--campaign", "", "the campaign whose recipients answered or not", "name it")
        task = response_task(house.store, asked.campaign)
    else:
        return _table_task(asked), {"asked": "table"}
    days = task.horizon // timedelta(days=1)
    return task, {"asked": asked.what, "days": days, "campaign": asked.campaign}


def _table_task(asked: Asked) -> TableTask:
    from core.errors import UserError
    from insight.predicting.kept import check_name
    from insight.predicting.tables import read_table
    from insight.predicting.tasks import TableTask

    file = Path(asked.what)
    if not file.suffix:
        expected = "sentiment, intent, purchase, churn, response, or a table's file"
        raise UserError("WHAT", asked.what, expected, "see hawker insight train --help")
    table = read_table(file)
    if asked.target is None:
        raise UserError("--target", "", f"the column to foretell: {', '.join(table.columns[:20])}", "name one")
    name = check_name(asked.name or file.name.partition(".")[0])
    return TableTask(name, table, asked.target, asked.yes, asked.id, asked.time, source=file.name)


def _train_head(head: str, files: list[Path], to: Path | None, json: bool) -> None:
    from core.errors import UserError
    from insight.reading.labelled import read_rows
    from insight.reading.training import train_head

    if not files or to is None:
        raise UserError("CSV...", "", "labelled texts, and --out FOLDER", f"hawker insight train {head} a.csv --out f")
    rows = read_rows(files)
    with edge.house() as house:
        card = train_head(house.embedder, rows, head, to)
    if json:
        edge.print_json(card)
    else:
        edge.out().print(str(card), markup=False)


def _show_learned(learned: Learned, json: bool) -> None:
    from insight.predicting.cards import card_of

    if json:
        edge.print_json({"name": learned.model.name, "version": learned.model.version, **_facts(learned)})
    else:
        edge.out().print(card_of(learned), markup=False)


def _facts(learned: Learned) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(learned.facts)
