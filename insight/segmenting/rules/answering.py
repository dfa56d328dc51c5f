"""Who fits a rule, as of a moment: every condition is answered for all customers at once, on the tables.

What is not known of a customer fits no condition: who never ordered has no `last_order` to compare (and so does fit
`not last_order > 90 days`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import and_, or_

import polars as pl

from core.errors import UserError
from insight.behaviour.features import customer_features
from insight.behaviour.records import Behaviour
from insight.customers.segments import SEGMENTS
from insight.customers.tastes import INTEREST
from insight.segmenting.rules.fields import BOUGHT, CONSENT, SEEN, feature_of
from insight.segmenting.rules.syntax import All, Compares, Comparison, Either, Has, Not, Rule

SHOWN = 5
COMPARE: Mapping[Comparison, Callable[[pl.Series, float], pl.Series]] = {
    "=": pl.Series.eq,
    "!=": pl.Series.ne,
    "<": pl.Series.lt,
    "<=": pl.Series.le,
    ">": pl.Series.gt,
    ">=": pl.Series.ge,
}


@dataclass(frozen=True)
class People:
    """Everyone who is asked about, and what is known of them beside their behaviour.

    `about`: customer_id, language, segment, cluster; `consents`: customer_id, channel, granted, at.
    """

    about: pl.DataFrame
    consents: pl.DataFrame


@dataclass(frozen=True)
class Asked:
    """The tables that rules are asked of, cut at `as_of` (aware)."""

    people: People
    behaviour: Behaviour
    as_of: datetime

    def members(self, rule: Rule) -> list[str]:
        """Sorted ids of the customers who fit. Raises `UserError` for a name that the shop does not know."""
        everyone = self.people.about["customer_id"]
        return sorted(everyone.filter(self._fits(rule)))

    def _fits(self, rule: Rule) -> pl.Series:
        """A Boolean for each row of `people.about`."""
        if isinstance(rule, Not):
            return ~self._fits(rule.rule)
        if isinstance(rule, All):
            return reduce(and_, (self._fits(one) for one in rule.rules))
        if isinstance(rule, Either):
            return reduce(or_, (self._fits(one) for one in rule.rules))
        return self._compared(rule) if isinstance(rule, Compares) else self._named(rule)

    def _compared(self, rule: Compares) -> pl.Series:
        known = self.people.about.select("customer_id").join(
            self._features.select("customer_id", value=feature_of(rule.field)), on="customer_id", how="left"
        )
        value = known["value"].fill_nan(None)
        return COMPARE[rule.comparison](value, rule.value).fill_null(False)

    def _named(self, rule: Has) -> pl.Series:
        about = self.people.about
        if rule.field == CONSENT:
            return about["customer_id"].is_in(self._consenting(rule.values[0]).implode())
        if rule.field not in (*BOUGHT, *SEEN):
            borne = set(about[rule.field].drop_nulls()) | (set(SEGMENTS) if rule.field == "segment" else set())
            wanted = [_known(rule.field, value, sorted(borne)) for value in rule.values]
            return about[rule.field].is_in(wanted).fill_null(False)
        touched = self._bought if rule.field in BOUGHT else self._seen
        column = rule.field.removeprefix("seen_")
        names = self._columns_names(column)
        values = [_known(rule.field, value, names) for value in rule.values]
        if rule.within_days is not None:
            touched = touched.filter(pl.col("at") > self.as_of - timedelta(days=rule.within_days))
        return about["customer_id"].is_in(touched.filter(pl.col(column).is_in(values))["customer_id"].implode())

    def _consenting(self, channel: str) -> pl.Series:
        """Those whose latest word on the channel is yes."""
        said = self.people.consents.filter(pl.col("at") <= self.as_of, pl.col("channel") == channel)
        last = said.sort("at").group_by("customer_id").agg(pl.col("granted").last())
        return last.filter("granted")["customer_id"]

    @cached_property
    def _features(self) -> pl.DataFrame:
        return customer_features(self.behaviour, self.as_of)

    @cached_property
    def _bought(self) -> pl.DataFrame:
        return self._with_products(self.behaviour.until(self.as_of).purchases())

    @cached_property
    def _seen(self) -> pl.DataFrame:
        return self._with_products(self.behaviour.until(self.as_of).events.filter(pl.col("kind").is_in(list(INTEREST))))

    def _with_products(self, touched: pl.LazyFrame) -> pl.DataFrame:
        told = touched.select("customer_id", "product_id", "at").collect()
        return told.join(self.behaviour.products, on="product_id", how="left").rename({"product_id": "product"})

    def _columns_names(self, column: str) -> Sequence[str]:
        found = self.behaviour.products["product_id" if column == "product" else column]
        return found.drop_nulls().unique().sort().to_list()


def _known(field: str, value: str, names: Sequence[str]) -> str:
    """The shop's own spelling of a category, brand or product. Raises `UserError` with the nearest ones."""
    by_fold = {name.casefold(): name for name in names}
    if value.casefold() in by_fold:
        return by_fold[value.casefold()]
    near = difflib.get_close_matches(value.casefold(), by_fold, n=2)
    hint = f"did you mean {' or '.join(by_fold[one] for one in near)}?" if near else "see `hawker shop status`"
    some = ", ".join(names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")
    raise UserError(f"rule {field}", value, f"one of the shop's: {some}", hint)
