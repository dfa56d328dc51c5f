"""Response to campaigns at a grocer (completejourney): which households redeem a coupon of a campaign they were sent.

    python -m evals.insight.responses --out REPORT

A row is a household that was sent a campaign; yes is a coupon of it redeemed while it ran. What is looked at was known
before the campaign's first day: baskets, campaigns and redemptions so far. Judged on the latest campaigns, learnt from
those that had ended before them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import polars as pl

from core.errors import HawkerError
from evals.insight.figures import TITLES, figures, signed, table, write
from evals.public_data import data_folder
from insight.behaviour.records import PRODUCT_SCHEMA, Behaviour
from insight.predicting.cards import card_of
from insight.predicting.learned import BASELINE, Learned
from insight.predicting.learning import Effort, learn
from insight.predicting.one_customer import EVENTS, LINES
from insight.predicting.responses import contact_task
from insight.predicting.snapshots import TIME
from insight.predicting.tasks import TableTask

FOLDER = "completejourney"
RUNS_FOR = timedelta(days=60)
"""the longest that most campaigns run: no answer of a judged campaign's time is learnt from"""


def read_responses(data: Path) -> TableTask:
    """Households by campaigns that began in the year of the baskets. Raises `UserError` where a file is missing."""
    folder = data / FOLDER
    contacts = _contacts(folder)
    task = contact_task("response-grocer", _behaviour(folder), contacts, FOLDER)
    return replace(task, horizon=RUNS_FOR)


def _behaviour(folder: Path) -> Behaviour:
    """A basket is an order without products; a redemption is an event."""
    baskets = pl.read_csv(folder / "baskets_2068hh.csv.gz").select(
        order_id=pl.col("basket_id").cast(pl.String),
        customer_id=pl.col("household_id").cast(pl.String),
        at=_moment("ts", "%Y-%m-%d %H:%M"),
        status=pl.lit("delivered"),
        total=pl.col("sales_value"),
        product_id=pl.lit(None, pl.String),
        quantity=pl.lit(None, pl.Int64),
        price=pl.lit(None, pl.Float64),
    )
    redeemed = pl.read_csv(folder / "coupon_redemptions.csv").select(
        customer_id=pl.col("household_id").cast(pl.String),
        kind=pl.lit("click"),
        at=_moment("redemption_date", "%Y-%m-%d"),
        product_id=pl.col("coupon_upc").cast(pl.String),
        value=pl.lit(None, pl.Float64),
        channel=pl.lit("email"),
    )
    products = pl.DataFrame(schema=PRODUCT_SCHEMA)
    return Behaviour(baskets.select(list(LINES)).lazy(), redeemed.select(list(EVENTS)).lazy(), products)


def _contacts(folder: Path) -> pl.DataFrame:
    """customer_id, TIME, answers, the campaign's type and length, and what the household was sent and did before."""
    about = pl.read_csv(folder / "campaign_descriptions.csv").with_columns(
        start=_moment("start_date", "%Y-%m-%d"), end=_moment("end_date", "%Y-%m-%d")
    )
    keys = ["household_id", "campaign_id"]
    redeemed = pl.read_csv(folder / "coupon_redemptions.csv").with_columns(on=_moment("redemption_date", "%Y-%m-%d"))
    sent = pl.read_csv(folder / "campaigns.csv").join(about, on="campaign_id")
    used = redeemed.join(about, on="campaign_id").filter(pl.col("on").is_between("start", "end"))
    rows = sent.join(used.select(keys).unique().with_columns(answers=True), on=keys, how="left")
    rows = rows.with_columns(pl.col("answers").fill_null(False)).filter(pl.col("start").dt.year() == 2017)
    past = rows.select(keys).join(redeemed.select("household_id", "on"), on="household_id")
    before = past.join(about.select("campaign_id", "start"), on="campaign_id").filter(pl.col("on") < pl.col("start"))
    counted = before.group_by(keys).agg(coupons_before=pl.len())
    return rows.join(counted, on=keys, how="left").select(
        customer_id=pl.col("household_id").cast(pl.String),
        **{TIME: pl.col("start")},
        answers="answers",
        campaign_type="campaign_type",
        campaign_days=(pl.col("end") - pl.col("start")).dt.total_days(),
        coupons_before=pl.col("coupons_before").fill_null(0),
        campaigns_before=pl.col("start").rank("dense").over("household_id") - 1,
    )


def _moment(column: str, form: str) -> pl.Expr:
    return pl.col(column).str.to_datetime(form, time_unit="us", time_zone="UTC")


def shown(learned: Learned) -> str:
    """For a person."""
    judged = learned.facts.judged
    assert judged
    line = f"AUC over the {BASELINE} {signed(judged.gain)}; {learned.facts.recipe}; judged by {learned.facts.split}"
    return "\n".join([table(TITLES, figures("campaign response", judged.measured)), "", line])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m evals.insight.responses", description="Response to campaigns.")
    parser.add_argument("--out", type=Path, required=True, help="folder for responses.json, responses.md, the card")
    parser.add_argument("--trials", type=int, default=14)
    given = parser.parse_args(arguments)
    try:
        learned = learn(read_responses(data_folder()), Effort(given.trials))
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    write(given.out, "responses", asdict(learned.facts), shown(learned))
    (given.out / "responses_card.md").write_text(card_of(learned), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
