"""What is drawn of people's pasts: days, waiting times, fading, and nothing of what came later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from insight.recommending.habit import fit_habit
from insight.recommending.people import HABIT_HALF_LIFE, draw_people
from insight.recommending.records import Records


def test_pairs_count_days_and_wait_between_them(records_of: Callable[..., Records], now: datetime) -> None:
    records = records_of(("ann", "milk", 30.5), ("ann", "milk", 30.4), ("ann", "milk", 20.5), ("ann", "milk", 10.5))
    people = draw_people(records, ["ann"], ["milk"], now)
    (row,) = people.pairs.iter_rows(named=True)
    assert (row["times"], row["since"]) == (3, pytest.approx(10.5))
    assert row["gap"] == pytest.approx((30.4 - 10.5) / 2)
    assert people.visits["since"].to_list() == pytest.approx([30.4, 20.5, 10.5])


def test_a_time_counts_half_after_the_half_life(records_of: Callable[..., Records], now: datetime) -> None:
    people = draw_people(records_of(("ann", "milk", HABIT_HALF_LIFE)), ["ann"], ["milk"], now)
    assert people.pairs["habit"].to_list() == pytest.approx([0.5])


def test_nothing_later_is_seen(records_of: Callable[..., Records], now: datetime) -> None:
    records = records_of(("ann", "milk", 9), ("ann", "milk", 2), ("ann", "bread", 1), ("ann", "tea", 3, 0.1))
    people = draw_people(records, ["ann"], ["bread", "milk", "tea"], now - timedelta(days=5))
    assert people.pairs.select("item", "times").rows() == [(1, 1)]


def test_a_look_is_no_taking(records_of: Callable[..., Records], now: datetime) -> None:
    people = draw_people(records_of(("ann", "milk", 14, 0.3)), ["ann", "bob"], ["milk"], now)
    assert people.visits.is_empty()
    assert people.pairs.select("times", "habit").rows() == [(0, 0.0)]
    assert people.pairs["looks"].to_list() == pytest.approx([0.15])


def test_an_item_is_waited_for_as_long_as_its_takers_wait(records_of: Callable[..., Records], now: datetime) -> None:
    weekly = [(f"u{n}", "milk", 7.0 * turn + n / 100) for n in range(50) for turn in range(1, 4)]
    once = [(f"u{n}", "tent", 5.0) for n in range(50)]
    records = records_of(*weekly, *once)
    people = draw_people(records, sorted({row[0] for row in weekly}), ["milk", "tent"], now)
    habit = fit_habit(people, ["food", "gear"])
    assert habit.gap[0] == pytest.approx(7, abs=0.1)
    assert habit.repeated[0] > 0.95
    assert habit.repeated[1] == pytest.approx(0)
