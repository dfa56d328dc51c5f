"""What is learned again beside a brand's rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from core.settings import Settings
from engine.adapter_manifest import AdapterManifest
from engine.adapters import Installed
from finetune.recipe import Recipe
from finetune.rehearsal import rehearsal


def parent(**recipe: object) -> Installed:
    made = {"base": "base", "name": "house", **recipe} if recipe else {}
    manifest = AdapterManifest("house", "base", "0", ("copy",), ("en",), (), "", made, {}, "", "")
    return Installed(manifest, Path("nowhere"), shipped=True)


def recipe(count: int) -> Recipe:
    return Recipe(base="base", name="brand", data=("brand.csv",), tasks=("copy", "support"), rehearse=count)


def test_it_is_spread_over_what_the_parent_learned_and_of_the_tasks_wanted(home: Settings) -> None:
    found = rehearsal(recipe(30), parent(data=["kitchen", "books"], closeness=0.6), home)
    assert len({one.id for one in found}) == 30
    assert {one.group.partition("/")[0] for one in found} == {"kitchen", "books"}
    assert Counter(one.task for one in found) == {"copy": 15, "support": 15}
    assert all(one.closeness >= 0.6 and one.language == "en" for one in found)


@pytest.mark.parametrize("count", [0, 30])
def test_there_is_none_without_a_parent_or_where_it_learned_nothing_of_ours(home: Settings, count: int) -> None:
    assert rehearsal(recipe(count), None, home) == ()
    assert rehearsal(recipe(count), parent(data=["their-own-shop"]), home) == ()
    assert rehearsal(recipe(count), parent(), home) == ()
    assert rehearsal(recipe(0), parent(data=["kitchen"]), home) == ()


def test_of_a_brand_s_own_adapter_the_house_s_is_taken(home: Settings) -> None:
    next_one = recipe(30).model_copy(update={"base": "smollm2-135m"})
    found = rehearsal(next_one, parent(data=["brand.csv"], continue_from="live", rehearse=30), home)
    assert len(found) == 30
    assert not any(one.witty for one in found)
