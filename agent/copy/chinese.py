"""What the lines of Chinese copy are made from: scenes around the thing, facts as slots, topics.

A title and single sentences are made from scenes. A note's body is a scene, what the thing is like, and an end that
speaks to the reader. Each number of facts has a prompt of its own, so that no example shows a slot that cannot be
filled.
"""

from __future__ import annotations

from agent.channels import Part
from agent.checks.language import HAN
from agent.copy.material import Material
from agent.copy.scenes import BETWEEN, details, endings, prices, scenes, titles, topic_words
from agent.copy.subject import PRICE_PROMPT, Subject
from agent.copy.things import Thing, worlds

SCENE_PROMPT = "copy/ad"
TITLE_PROMPT = "copy/headline"
DETAIL_PROMPTS = ("copy/detail", "copy/detail_one", "copy/detail_two")
"""by the number of facts that they state"""
CLOSING_PROMPT = "copy/closing"
TOPICS_PROMPT = "copy/topics"
TOPIC_LISTS = 15
TOPICS_TOLD = 3
NAMES_TOLD = 2


def chinese_subjects(part: Part, material: Material, thing: Thing, turn: int) -> list[Subject]:
    """What lines of `part` are made from, many of each role; another `turn` puts other fragments together."""
    if part.writes == "topics":
        return [Subject(words, TOPICS_PROMPT) for words in _topic_lists(material, thing, turn)]
    wishes = [Subject(f"{wish}{BETWEEN}{titles(thing, turn)[0]}", SCENE_PROMPT) for wish in material.wishes]
    if part.writes == "headline":
        return [
            *(Subject(wish.phrase, TITLE_PROMPT) for wish in wishes),
            *(Subject(price, PRICE_PROMPT) for price in prices(thing, turn) if "price" in material.slots),
            *(Subject(scene, TITLE_PROMPT) for scene in titles(thing, turn)),
        ]
    if part.writes == "sentence":
        return [*wishes, *(Subject(scene, SCENE_PROMPT) for scene in scenes(thing, turn))]
    return [
        *(Subject(wish.phrase, wish.prompt, "scene") for wish in wishes),
        *(Subject(scene, SCENE_PROMPT, "scene") for scene in scenes(thing, turn)),
        *_details(material, thing, turn),
        *(Subject(end, CLOSING_PROMPT, "closing") for end in endings(thing, turn)),
    ]


def _details(material: Material, thing: Thing, turn: int) -> list[Subject]:
    """Told by turns with as many facts as there are, and with one fewer."""
    known = sum(slot.startswith("fact_") for slot in material.slots)
    numbers = [known, known - 1] if known > 1 else [known]
    lists = [details(thing, turn, number) for number in numbers]
    return [
        Subject(lists[place % len(lists)][place], DETAIL_PROMPTS[numbers[place % len(lists)]], "detail")
        for place in range(len(lists[0]))
    ]


def _topic_lists(material: Material, thing: Thing, turn: int) -> list[str]:
    """Keywords for topics: what the thing is, what its name speaks of, and what people look up around such things."""
    named = worlds(material.product.named("en"))[:NAMES_TOLD]
    if any(HAN.search(text) for text in (material.name, *material.product.description.values())):
        named = tuple(material.phrases[0].split("、")[:NAMES_TOLD])
    lists = []
    for at in range(TOPIC_LISTS):
        around = topic_words(thing, turn + at)[:TOPICS_TOLD]
        first = (around[0], thing.word) if at % 2 else (thing.word, around[0])
        words = (*first, *named, *around[1:])
        lists.append("、".join(dict.fromkeys(words)))
    return lists
