from __future__ import annotations

from importlib import resources

import pytest
import yaml

from agent.checks.claims import unlicensed_claims
from agent.checks.form import flaws
from agent.checks.grounding import ungrounded_words
from agent.checks.numbers import unlicensed_numbers
from agent.checks.words import forbidden_by_law
from agent.copy.naming import short_name
from agent.copy.things import Thing, thing_of, worlds
from agent.copy.wording import chinese_facts
from core.shop import Product

LISTS = yaml.safe_load(resources.files("agent.copy").joinpath("things.yaml").read_text("utf-8"))
NOUNS = sorted({line.split(" = ")[1].split("|")[0] for kind in ("things", "wide", "lines") for line in LISTS[kind]})


def product(name: str, description: str = "", category: tuple[str, ...] = ()) -> Product:
    return Product(id="X", name={"en": name}, description={"en": description}, category=category)


@pytest.mark.parametrize(
    ("name", "category", "word"),
    [
        ("Dinosaur Jigsaw Puzzle", (), "恐龙拼图"),
        ("Wild Republic T-Rex Plush", (), "恐龙毛绒玩具"),
        ("Crocodile Creek Cup", (), "杯子"),
        ("Waving Flag Table Cover", ("Toys & Games", "Party Supplies"), "桌布"),
        ("Waving Flag Garland", ("Toys & Games", "Party Supplies"), "派对用品"),
        ("Pine Widget", ("Toys & Games", "Car Parts"), "玩具"),
        ("Zebra Jumper", ("Toys & Games", "Bouncers, Jumpers & Swings"), "玩具"),
        ("Chipmunk Family", ("Toys & Games", "Playsets & Vehicles"), "玩具"),
        ("Fantasy Pink Unicorn", ("Toys & Games", "Stuffed Animals"), "独角兽毛绒玩具"),
        ("Funko Pop! Games: Overwatch - Widowmaker", (), "手办"),
        ("Tractor Toy", (), "玩具拖拉机"),
        ("Steering Wheel with Logo Sticker, Blue", (), "好物"),
        ("Heroes of the Long and Winding Night Collectible Bendable Figures", (), "手办"),
        ("Widget", (), "好物"),
        ("防水登山包 30 升", (), "防水登山包"),
    ],
)
def test_a_name_ends_in_what_the_thing_is(name: str, category: tuple[str, ...], word: str) -> None:
    assert thing_of(product(name, category=category), short_name(name)).word == word


def test_a_chinese_name_tells_by_its_end_what_one_does_with_it() -> None:
    assert thing_of(product("防水登山包"), "防水登山包").use == "carry"
    assert thing_of(product("云朵"), "云朵").use == "any"


def test_a_noun_has_its_measure_word() -> None:
    assert Thing("恐龙拼图", "puzzle").measured == "盒恐龙拼图"
    assert Thing("拖拉机模型", "model").measured == "个拖拉机模型"
    assert Thing("防水登山杖", "gear").measured == "款防水登山杖"


def test_stories_in_a_name_are_named() -> None:
    assert worlds("Star Wars Boba Fett and Batman Dinosaur") == ("星球大战", "蝙蝠侠", "恐龙")
    assert worlds("Cast Iron Wars") == ()


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


@pytest.mark.parametrize("word", NOUNS)
def test_a_noun_passes_the_checks_by_itself(word: str) -> None:
    line = f"先看看这{Thing(word, 'any').measured}"
    assert flaws(line, "zh") == []
    assert forbidden_by_law(line, "zh") == []
    record = [word, Thing(word, "any").measured, "T-shirt"]  # what half a Latin word stands in is licensed by English
    assert ungrounded_words(line, record, "zh") == []
    assert unlicensed_claims(line, [word], "zh") == []
    assert unlicensed_numbers(line, [word], "zh") == []
