"""`hawker insight segments|reach|profile|train`: what is known of customers."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import edge, insight_lifetime, insight_uplift
from cli import edge, insight_forecast
from cli import edge, insight_forecast, insight_market
from cli import edge, insight_score, insight_train
from cli.commands import Commands
from cli.insight_profile import profile
from cli.insight_reach import reach
from cli.insight_segments import segments

app = typer.Typer(help="What is known of customers.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)
app.command()(profile)
app.command()(segments)
app.command()(reach)
app.command()(insight_lifetime.lifetime)
app.command()(insight_uplift.uplift)
app.command()(insight_forecast.forecast)
app.command()(insight_forecast.trends)
app.command()(insight_market.topics)
app.command()(insight_market.needs)
app.command()(insight_market.market)


@app.command()
def train(
    head: Annotated[str, typer.Argument(help="sentiment or intent")],
    files: Annotated[list[Path], typer.Argument(metavar="CSV...", help="columns text, label, language")],
    to: Annotated[Path, typer.Option("--out", help="folder for the head and its card")],
    json: edge.Json = False,
) -> None:
    """Train a classifier head on labelled texts, and write it with a card of how well it does."""
    from insight.reading.labelled import read_rows
    from insight.reading.training import train_head

    rows = read_rows(files)
    with edge.house() as house:
        card = train_head(house.embedder, rows, head, to)
    if json:
        edge.print_json(card)
    else:
        edge.out().print(str(card), markup=False)
app.command()(insight_train.train)
app.command()(insight_score.score)
app.command()(insight_score.models)
app.command()(insight_score.update)
