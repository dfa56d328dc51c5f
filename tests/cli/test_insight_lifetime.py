"""`hawker insight lifetime` and `report` over the simulated shop, and what profiles tell afterwards."""

from __future__ import annotations

from pathlib import Path

from core.settings import load_settings
from insight.customers.profiles import build_profiles
from shop.demo.simulate import simulate
from store.opening import open_store
from tests.cli.conftest import Hawker


def test_what_is_foretold_of_everybody_stands_in_their_profiles_and_the_report(hawker: Hawker, tmp_path: Path) -> None:
    home = {"HAWKER_HOME": str(tmp_path / "home")}
    shop, store = simulate(7), open_store(load_settings(home=tmp_path / "home"))
    store.customers.put(shop.customers)
    store.orders.put(shop.orders)
    store.profiles.put(build_profiles(store, None))
    store.close()
    (told,) = hawker("insight", "lifetime", "--json", **home).json_lines()
    best = told["outlook"]["best"][0]
    (profile,) = hawker("insight", "profile", best, "--json", **home).json_lines()
    names = {one["name"]: one for one in profile["predictions"]}
    assert set(names) == {"alive", "next-order", "value-365d"}
    assert names["value-365d"]["value"] > 0
    assert names["value-365d"]["reasons"]
    page = tmp_path / "report.html"
    assert hawker("insight", "report", "--out", str(page), **home).status == 0
    assert f"{told['outlook']['customers']:,} buyers are still customers" in page.read_text(encoding="utf-8")
