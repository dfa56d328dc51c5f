from __future__ import annotations

from importlib import resources

import pytest
import yaml

from agent.checks.claims import unlicensed_claims
from agent.checks.grounding import ungrounded_words
from agent.checks.numbers import unlicensed_numbers
from agent.copy.things import Thing, scenes, thing_of
from agent.copy.wording import chinese_facts
from core.shop import Product

LISTS = yaml.safe_load(resources.files("agent.copy").joinpath("things.yaml").read_text("utf-8"))


def product(name: str, description: str = "", category: tuple[str, ...] = ()) -> Product:
    return Product(id="X", name={"en": name}, description={"en": description}, category=category)


@pytest.mark.parametrize(
    ("name", "category", "word"),
    [
        ("Dinosaur Jigsaw Puzzle", (), "恐龙拼图"),
        ("Wild Republic T-Rex Plush", (), "恐龙毛绒玩具"),
        ("Crocodile Creek Cup", (), "杯子"),
        ("Waving Flag Table Cover", ("Toys & Games", "Party Supplies"), "派对用品"),
        ("Pine Lubricant", ("Toys & Games", "Car Parts"), "玩具"),
        ("Zebra Rocker", ("Toys & Games", "Bouncers, Jumpers & Swings"), "玩具"),
        ("Widget", (), "Widget"),
        ("防水登山包", (), "防水登山包"),
    ],
)
def test_a_name_ends_in_what_the_thing_is(name: str, category: tuple[str, ...], word: str) -> None:
    assert thing_of(product(name, category=category), name).word == word


@pytest.mark.parametrize("scene", [scene for found in LISTS["scenes"].values() for scene in found])
def test_a_scene_states_nothing(scene: str) -> None:
    assert ungrounded_words(scene, (), "zh") == []
    assert unlicensed_claims(scene, (), "zh") == []
    assert unlicensed_numbers(scene, (), "zh") == []


def test_every_use_has_scenes() -> None:
    uses = {line.split(" = ")[2] for line in LISTS["things"]} | {
        line.split(" = ")[1] for line in LISTS["shelves"].values()
    }
    assert uses <= set(LISTS["scenes"])
    assert sorted(scenes(Thing("拼图", "puzzle"), 3)) == sorted(scenes(Thing("拼图", "puzzle"), 0))


def test_english_facts_become_chinese_phrases() -> None:
    found = chinese_facts(product("Knit Cape, Black", "Made of soft cotton, machine washable. Set of 2"))
    assert found == ("黑色款", "棉质", "2 件一套", "可机洗")


@pytest.mark.parametrize(
    "description",
    [
        "Not waterproof",
        "This tent is not machine washable",
        "Made with no plastic",
        "wood-like floor",
        "Black Widow fights on",
    ],
)
def test_what_is_denied_is_not_stated(description: str) -> None:
    assert chinese_facts(product("Thing", description)) == ()


@pytest.mark.parametrize(
    ("english", "phrase"),
    [
        ("machine washable", "可机洗"),
        ("Sturdy frame", "耐用"),
        ("Waterproof", "防水"),
        ("Officially licensed", "官方授权"),
        ("2-4 players", "2 到 4 人一起玩"),
        ("Ages 6+", "适合 6 岁以上"),
    ],
)
def test_a_worded_fact_is_licensed_by_the_record(english: str, phrase: str) -> None:
    assert phrase in chinese_facts(product("Thing", english))
    assert unlicensed_claims(phrase, [english], "zh") == []
    assert unlicensed_numbers(phrase, [english], "zh") == []
