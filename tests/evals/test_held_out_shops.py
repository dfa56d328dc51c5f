"""A held-out shop in a home of its own: loaded once, thrown away after use, with its pages to be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load_settings
from evals.held_out import shops
from evals.held_out.finding import retrieval_cases
from evals.held_out.plan import Plan
from tests.conftest import WEIGHTS


@pytest.mark.model
def test_a_shop_is_loaded_once_and_leaves_the_users_home_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(home=tmp_path, models=WEIGHTS, adapter="none")
    with shops.open_shop(settings, "pets") as house:
        assert len(list(house.store.shop.products())) == 16
        found = list(retrieval_cases(house, "pets", "en", Plan()))
        visited = house.settings.home
    assert len(found) == 40
    assert sum(case.counts["top_4"].hits for case in found) > 25
    assert not visited.exists()
    assert [path.name.partition("-")[0] for path in (tmp_path / "evals").iterdir()] == ["pets"]
    assert not (tmp_path / "hawker.db").exists()

    def not_again(*unused: object) -> None:
        raise AssertionError("loaded again")

    monkeypatch.setattr(shops, "load_shop", not_again)
    with shops.open_shop(settings, "pets") as house:
        assert house.store.shop.brand() is not None
        assert house.adapters._own == tmp_path / "adapters"
