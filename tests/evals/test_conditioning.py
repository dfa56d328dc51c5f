"""The conditioning suite on a small demo shop: opposite customers get other prompts, and what is found beats chance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.house import House
from core.errors import UserError
from core.settings import load_settings
from core.shop import Brand
from evals.against_chance import compare, estimate, known_truth
from evals.conditioning_suite import ConditioningReport, run
from tests.conftest import WEIGHTS

PAIRS = 12


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConditioningReport]:
    from insight.customers.profiles import build_profiles
    from shop.demo.folder import write_demo
    from shop.demo.simulate import simulate
    from shop.loading import load_shop

    folder: Path = tmp_path_factory.mktemp("demo")
    write_demo(folder, simulate(customers=300))
    with House(load_settings(home=tmp_path_factory.mktemp("home"), models=WEIGHTS)) as house:
        load_shop(house.store, folder)
        house.retrieval.index_products(house.store.shop.products())
        profiles = build_profiles(house.store, None)
        house.store.profiles.put(profiles)
        house.retrieval.index_profiles(profiles)
        yield run(house, PAIRS)


@pytest.mark.model
def test_opposite_customers_change_the_prompts_and_never_the_facts(report: ConditioningReport) -> None:
    assert (report.pairs, report.conditioned) == (PAIRS, PAIRS)
    assert all(pair.copy_facts_equal and pair.mail_facts_equal for pair in report.outcomes)
    assert len({pair.product for pair in report.outcomes}) == PAIRS
    assert len({one for pair in report.outcomes for one in pair.customers}) == 2 * PAIRS


@pytest.mark.model
def test_what_is_found_by_profile_beats_chance(report: ConditioningReport) -> None:
    for comparison in (report.look_alikes, report.products):
        assert comparison.beats_chance
        assert comparison.found.mean > 1.5 * comparison.by_chance.mean


def test_another_shop_has_no_answer_key(tmp_path: Path) -> None:
    with House(load_settings(home=tmp_path)) as house:
        house.store.shop.set_brand(Brand("Fen & Co"))
        with pytest.raises(UserError, match="HAWKER_HOME: got 'Fen & Co', expected the demo shop"):
            known_truth(house)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_an_interval_holds_the_mean_within_the_values(values: list[float]) -> None:
    found = estimate(values)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.mean == pytest.approx(np.mean(values))


def test_equal_numbers_do_not_beat_chance() -> None:
    assert not compare([0.1, 0.5, 0.9] * 20, [0.5, 0.9, 0.1] * 20).beats_chance
    assert compare([0.5, 0.6, 0.7] * 20, [0.1, 0.2, 0.1] * 20).beats_chance
