"""Learning from tables whose right answer is known, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.errors import UserError
from insight.predicting.cards import card_of
from insight.predicting.columns import Floats
from insight.predicting.folds import cross_validation, hold_out
from insight.predicting.keeping import keep
from insight.predicting.kept import current, load
from insight.predicting.learned import Learned
from insight.predicting.learning import Effort, learn
from insight.predicting.measures import auc, measure
from insight.predicting.selection import select_columns
from insight.predicting.tables import read_table
from insight.predicting.tasks import TableTask, read_rows

ROWS = 2000


def _table(rows: int = ROWS) -> pl.DataFrame:
    """Yes with log odds 2 x, and 2 more for red; noise, a row number and a name besides."""
    rng = np.random.default_rng(5)
    x, red = rng.normal(size=rows), rng.random(rows) < 0.5
    odds = -1 + 2 * x + 2 * red
    return pl.DataFrame(
        {
            "row": range(rows),
            "x": np.where(rng.random(rows) < 0.05, np.nan, x),
            "colour": np.where(red, "red", "blue"),
            "noise": rng.normal(size=rows),
            "name": [f"customer {place}" for place in range(rows)],
            "bought": np.where(rng.random(rows) < 1 / (1 + np.exp(-odds)), "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(TableTask("toy", _table(), "bought"), Effort(trials=1))


def test_what_matters_is_found_and_the_rest_left_out(learned: Learned) -> None:
    names = [column.name for column in learned.model.columns]
    assert {"x", "colour"} <= set(names)
    assert {one.name: one.why for one in learned.facts.left_out}["row"] == "a row number"
    assert "name" in {one.name for one in learned.facts.left_out}
    rows, _, _ = read_rows(TableTask("toy", _table(), "bought"))
    assert {column.name for column in select_columns(rows)} >= {"x", "colour"}


def test_probabilities_are_honest_beside_the_baseline(learned: Learned) -> None:
    assert learned.facts.judged
    ours, linear, _ = learned.facts.judged.measured
    assert linear.name == "standardised linear regression"
    assert ours.auc.low < ours.auc.value < ours.auc.high
    assert ours.auc.value > 0.8
    assert ours.calibration_error < 0.08  # of 500 rows; true probabilities show 0.05


def test_reasons_add_up_to_the_score(learned: Learned) -> None:
    """Shapley values: the shares sum to the row's log odds less one constant."""
    rows, _, _ = read_rows(TableTask("toy", _table(), "bought"))
    codes = rows.looking_at(learned.model.columns).codes
    rest: Floats = learned.model.scorer.raw(codes) - learned.model.scorer.contributions(codes).sum(axis=1)
    assert np.ptp(rest) < 1e-6
    red = pl.DataFrame({"x": [0.0], "colour": ["red"], "noise": [0.0]})
    (told,) = learned.model.predict(red, datetime(2026, 1, 1, tzinfo=UTC))
    assert {reason.feature: reason.effect > 0 for reason in told.reasons}["colour"]


def test_levels_never_seen_and_gaps_are_scored(learned: Learned) -> None:
    odd = pl.DataFrame({"x": [None], "colour": ["green"], "noise": [0.0]}, schema_overrides={"x": pl.Float64})
    assert 0 < learned.model.probabilities(odd)[0] < 1
    with pytest.raises(UserError, match="colour"):
        learned.model.probabilities(odd.drop("colour"))


def test_a_kept_model_says_the_same_and_has_a_card(learned: Learned, tmp_path: Path) -> None:
    whole = keep(tmp_path, learned, {"asked": "table"})
    again = load(current(tmp_path, "toy"))
    assert again.version == whole.model.version
    assert np.array_equal(again.probabilities(_table()), learned.model.probabilities(_table()))
    card = (tmp_path / "insight" / "toy" / again.version / "card.md").read_text(encoding="utf-8")
    assert card == card_of(whole)
    assert "What it must not be used for" in card
    assert keep(tmp_path, learned, {"asked": "table"}).model.version == again.version


def test_the_same_seed_makes_the_same_model(learned: Learned, tmp_path: Path) -> None:
    again = learn(TableTask("toy", _table(), "bought"), Effort(trials=1))
    assert keep(tmp_path, again).model.version == keep(tmp_path, learned).model.version


@pytest.mark.parametrize(
    ("task", "told"),
    [
        (TableTask("thin", _table(100), "bought"), "at least 300 rows"),
        (TableTask("many", _table(), "x"), "a column of two values"),
        (TableTask("lost", _table(), "gone"), "--target: got 'gone'"),
        (TableTask("odd", _table(), "bought", yes="maybe"), "--yes: got 'maybe'"),
        (TableTask("time", _table(), "bought", time="name"), "a date in every row"),
    ],
)
def test_what_cannot_be_learnt_is_refused_in_one_line(task: TableTask, told: str) -> None:
    with pytest.raises(UserError, match=told) as refused:
        learn(task, Effort(trials=0))
    assert "\n" not in str(refused.value)


def test_a_column_written_afterwards_is_suspected() -> None:
    table = _table().with_columns(paid=pl.when(pl.col("bought") == "yes").then(50.0).otherwise(0.0))
    facts = learn(TableTask("leak", table, "bought"), Effort(trials=0)).facts
    assert [one.words for one in facts.suspicions] == ["paid"]


def test_rows_with_a_time_are_judged_on_later_ones_whose_answers_were_not_out() -> None:
    days = pl.date_range(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=ROWS // 10 - 1), eager=True)
    table = _table().with_columns(day=pl.Series(np.repeat(days.to_numpy(), 10)))
    task = TableTask("late", table, "bought", time="day", horizon=timedelta(days=7))
    rows, _, _ = read_rows(task)
    assert rows.times is not None
    for split in (hold_out(rows), *cross_validation(rows)):
        assert split.by == "time"
        assert rows.times[split.learn].max() + 7 <= rows.times[split.judge].min()
    assert hold_out(replace(rows, times=None)).by == "customer"


def test_rows_of_a_customer_stay_on_one_side() -> None:
    table = _table().with_columns(who=pl.Series(np.arange(ROWS) // 4))
    rows, _, _ = read_rows(TableTask("grouped", table, "bought", id="who"))
    split = hold_out(rows)
    assert not set(rows.groups[split.learn]) & set(rows.groups[split.judge])


def test_auc_and_its_interval() -> None:
    truth = np.array([False, False, True, True])
    assert auc(np.array([0.1, 0.4, 0.35, 0.8]), truth) == 0.75
    assert auc(np.full(4, 0.5), truth) == 0.5
    told = measure("m", np.tile([0.1, 0.4, 0.35, 0.8], 50), np.tile(truth, 50), np.arange(200))
    assert told.auc.low < 0.75 < told.auc.high


def test_a_public_table_reads_and_learns(shared_data: Path) -> None:
    table = read_table(shared_data / "dmba_marketing" / "UniversalBank.csv.gz")
    facts = learn(TableTask("loan", table, "Personal Loan", id="ID"), Effort(trials=1)).facts
    assert facts.judged
    assert facts.judged.measured[0].auc.value > 0.97
    assert facts.judged.gain.low > 0
