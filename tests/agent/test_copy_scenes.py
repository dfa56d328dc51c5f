from __future__ import annotations

from importlib import resources

import pytest
import yaml

from agent.checks.claims import unlicensed_claims
from agent.checks.grounding import ungrounded_words
from agent.checks.numbers import unlicensed_numbers
from agent.checks.words import forbidden_by_law
from agent.copy.scenes import details, endings, prices, scenes, titles, topic_words
from agent.copy.things import Thing
from agent.slots import open_slots

LISTS = yaml.safe_load(resources.files("agent.copy").joinpath("scenes.yaml").read_text("utf-8"))
NOUNS = yaml.safe_load(resources.files("agent.copy").joinpath("things.yaml").read_text("utf-8"))
USES = LISTS["uses"].values()
FRAGMENTS = sorted(
    {fragment for shared in (LISTS["moments"], LISTS["calls"]) for found in shared.values() for fragment in found}
    | {fragment for use in USES for kind in ("do", "then", "end", "topics") for fragment in use[kind]}
    | {*LISTS["greetings"], *LISTS["likings"], *LISTS["topics"]}
)
PUZZLE = Thing("拼图", "puzzle")


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_fragment_states_nothing(fragment: str) -> None:
    text = fragment.replace("_", "它")
    assert ungrounded_words(text, (), "zh") == []
    assert unlicensed_claims(text, (), "zh") == []
    assert unlicensed_numbers(text, (), "zh") == []
    assert forbidden_by_law(text, "zh") == []


def test_every_thing_has_a_use_with_scenes() -> None:
    lines = [line for kind in ("things", "wide", "lines") for line in NOUNS[kind]]
    uses = {line.split(" = ")[2] for line in lines} | {line.split(" = ")[1] for line in NOUNS["shelves"].values()}
    assert uses | set(NOUNS["endings"].values()) <= set(LISTS["uses"])


@pytest.mark.parametrize("use", sorted(LISTS["uses"]))
def test_what_one_does_names_the_thing(use: str) -> None:
    assert all("_" in doing for doing in LISTS["uses"][use]["do"])
    assert all("拼图" in scene for scene in scenes(Thing("拼图", use), 3))


def test_scenes_differ_from_each_other_and_by_turn() -> None:
    assert len(set(scenes(PUZZLE, 1))) == len(scenes(PUZZLE, 1))
    assert set(scenes(PUZZLE, 1)) != set(scenes(PUZZLE, 2))
    assert len(set(titles(PUZZLE, 1))) > 10
    assert len(set(endings(PUZZLE, 1))) > 10
    assert topic_words(PUZZLE, 1) != topic_words(PUZZLE, 2)


@pytest.mark.parametrize("facts", [0, 1, 2])
def test_a_detail_holds_as_many_slots_as_there_are_facts(facts: int) -> None:
    wanted = {f"fact_{place}" for place in range(1, facts + 1)}
    assert all(open_slots(detail) == wanted for detail in details(PUZZLE, 4, facts))
    assert "这盒拼图" in details(PUZZLE, 4, facts)[0] + details(PUZZLE, 4, facts)[1]
    assert all(open_slots(price) == {"price"} for price in prices(PUZZLE, 4))
