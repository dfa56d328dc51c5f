"""A shop's own campaign as a trial: those who got a draft against those whom `hold_out` left out.

Whoever has a draft counts as written to, whether they opened it or not: that is what the draw decided. What they did
next is counted for both; features are as of the draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.errors import NotFound, UserError
from insight.behaviour.records import Behaviour, read_behaviour
from insight.lifetime.purchases import purchases_of, summarise
from insight.uplift.experiment import Experiment, drawn_at
from store.outcomes import HELD_OUT

if TYPE_CHECKING:
    from store.opening import Store

Floats = NDArray[np.float64]
Aim = Literal["order", "visit"]
COLUMNS = ("orders", "weeks since the last order", "weeks as a customer", "mean order value", "events, 30 days",
           "events, 90 days")  # fmt: skip
EXAMPLE = "hold_out: 0.1"


@dataclass(frozen=True, slots=True, eq=False)
class CampaignTrial:
    campaign: str
    customers: tuple[str, ...]
    """in the order of the experiment"""
    experiment: Experiment
    began: datetime
    """when the first of them was held out"""
    aim: Aim
    days: int
    """in which what they did was counted"""


def read_trial(store: Store, campaign: str, aim: Aim, days: int, now: datetime) -> CampaignTrial:
    """The trial that `campaign` was.

    Raises `NotFound` where it has no drafts, `UserError` where nobody was held out or its days are not over.
    """
    written = store.drafts.customer_ids(campaign)
    held = [one for one in store.outcomes.of(campaign) if one.kind == HELD_OUT and one.customer_id]
    if not written:
        raise NotFound("CAMPAIGN", campaign, "a campaign with drafts", "run `hawker emails generate` first")
    if not held:
        fix = f"write `{EXAMPLE}` into the next CAMPAIGN.yaml, and a tenth of its recipients is left out by chance"
        raise UserError("CAMPAIGN", campaign, "a campaign with a control group", fix)
    began = held[0].at
    if began + timedelta(days=days) > now:
        over = (now - began).days
        raise UserError("--days", days, f"at most the {over} that are over", "wait, or count fewer")
    control = {str(one.customer_id) for one in held} - written
    customers = tuple(sorted(written | control))
    behaviour = read_behaviour(store)
    treated = np.array([name in written for name in customers])
    experiment = Experiment(
        features=features_of(behaviour, customers, began),
        columns=COLUMNS,
        treated=treated,
        outcome=_acted(behaviour, customers, began, timedelta(days=days), aim),
        propensity=drawn_at(treated),
    )
    return CampaignTrial(campaign, customers, experiment, began, aim, days)


def features_of(behaviour: Behaviour, customers: tuple[str, ...], as_of: datetime) -> Floats:
    """(customers, `COLUMNS`) as they stood at `as_of`; NaN where there is no order to tell."""
    known = behaviour.until(as_of.astimezone(UTC))
    bought = summarise(purchases_of(known), as_of.astimezone(UTC))
    orders = pl.DataFrame(
        {
            "customer_id": bought.customers.tolist(),
            COLUMNS[0]: bought.frequency + 1,
            COLUMNS[1]: bought.age - bought.recency,
            COLUMNS[2]: bought.age,
            COLUMNS[3]: bought.mean_value,
        },
        schema_overrides={"customer_id": pl.String},
    )
    recent = [
        (pl.col("at") > as_of - timedelta(days=days)).sum().cast(pl.Float64).alias(name)
        for days, name in ((30, COLUMNS[4]), (90, COLUMNS[5]))
    ]
    events = known.events.group_by("customer_id").agg(recent).collect()
    asked = pl.DataFrame({"customer_id": list(customers)}, schema={"customer_id": pl.String})
    for table in (orders, events):
        asked = asked.join(table, on="customer_id", how="left", maintain_order="left")
    never = pl.col(COLUMNS[0], COLUMNS[4], COLUMNS[5]).fill_null(0.0)
    return np.asarray(asked.with_columns(never).select(COLUMNS).cast(pl.Float64).fill_null(np.nan).to_numpy())


def _acted(behaviour: Behaviour, customers: tuple[str, ...], began: datetime, window: timedelta, aim: Aim) -> Floats:
    """(customers,) 1 for those who ordered, or visited, within `window` after `began`."""
    seen = behaviour.purchases() if aim == "order" else behaviour.events.filter(pl.col("kind") == "view")
    later = seen.filter((pl.col("at") > began) & (pl.col("at") <= began + window))
    acted = set(later.select(pl.col("customer_id").unique()).collect()["customer_id"])
    return np.array([float(name in acted) for name in customers])
