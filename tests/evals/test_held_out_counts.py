"""Shares and their intervals: known values, and that lines of one case do not count as so many cases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.held_out.counts import Count, difference, mean_difference, share_of


def test_single_outcomes_have_wilsons_interval() -> None:
    share = share_of([Count(1)] * 8 + [Count(0)] * 2)
    assert share is not None
    assert (share.share, share.hits, share.of, share.cases) == (0.8, 8, 10, 10)
    # Newcombe 1998, Statistics in Medicine 17, gives 0.4902 to 0.9433 for 8 of 10.
    assert (share.low, share.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_lines_of_one_case_do_not_narrow_the_interval() -> None:
    alone = share_of([Count(1)] * 10 + [Count(0)] * 10)
    in_lines = share_of([Count(30, 30)] * 10 + [Count(0, 30)] * 10)
    assert alone is not None
    assert in_lines is not None
    assert in_lines.high - in_lines.low > 0.8 * (alone.high - alone.low)


@pytest.mark.parametrize("hits", [0, 5])
def test_unanimous_cases_leave_doubt(hits: int) -> None:
    share = share_of([Count(hits, 5)] * 6)
    assert share is not None
    assert share.high - share.low > 0.3


def test_nothing_counted_is_no_share() -> None:
    assert share_of([]) is None
    assert share_of([Count(0, 0)]) is None
    assert difference([(Count(0, 0), Count(1, 1))]) is None


def test_equal_runs_differ_by_nothing_and_a_clear_gain_is_seen() -> None:
    counts = [Count(at % 4, 4) for at in range(40)]
    same = difference([(one, one) for one in counts])
    assert same is not None
    assert (same.gain, same.low, same.high) == (0.0, 0.0, 0.0)
    gained = difference([(one, Count(one.hits + 1, 4)) for one in counts])
    assert gained is not None
    assert gained.gain == pytest.approx(0.25)
    assert 0.2 < gained.low <= gained.high < 0.3


def test_the_mean_weighs_every_group_alike() -> None:
    much = [(Count(0), Count(1))] * 90
    little = [(Count(1), Count(0))] * 10
    assert mean_difference([much, little]).gain == pytest.approx(0.0)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(5, 9)), min_size=1, max_size=30))
def test_an_interval_holds_its_share(rows: list[tuple[int, int]]) -> None:
    share = share_of([Count(hits, of) for hits, of in rows])
    assert share is not None
    assert 0 <= share.low <= share.share <= share.high <= 1
