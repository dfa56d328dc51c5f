"""`hawker insight ...`: what is known of customers, what is foretold of them, and what the shop's figures say."""

from __future__ import annotations

import typer

from cli import insight_forecast, insight_lifetime, insight_market, insight_score, insight_train, insight_uplift
from cli.commands import Commands
from cli.insight_profile import profile
from cli.insight_reach import reach
from cli.insight_recommend import recommend
from cli.insight_report import report
from cli.insight_segments import segments

app = typer.Typer(help="What is known of customers.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)
COMMANDS = (
    report,
    profile,
    segments,
    reach,
    recommend,
    insight_train.train,
    insight_score.score,
    insight_score.models,
    insight_score.update,
    insight_lifetime.lifetime,
    insight_uplift.uplift,
    insight_forecast.forecast,
    insight_forecast.trends,
    insight_market.topics,
    insight_market.needs,
    insight_market.market,
)
for command in COMMANDS:
    app.command()(command)
