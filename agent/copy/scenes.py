"""What a Chinese note is made from: fragments of everyday scenes around a thing, for the model to choose and join.

A small model invents nonsense from keywords and writes well from phrases that are Chinese already. Each scene is a few
fragments that go together; the model drops some, joins the rest and words them its own way. The fragments are in
`scenes.yaml` and state nothing of any product.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from agent.checks.language import HAN
from agent.copy.things import Thing
from agent.slots import SLOT

BETWEEN = " / "
"""parts the fragments in a prompt; a comma would be copied, and the whole with it"""
SCENES = 15
"""different scenes for each kind of line"""
PRICES = 2
KEPT = 0.7
"""share of a line's neighbouring characters that its scene must have"""
KEPT_OF_CLAUSE = 0.5
RUN_ON = 2
"""characters that a clause may be longer than its fragment; more are two that no comma parts"""
TURNING = ("我", "你", "没", "不", "的", "他", "她")
"""words that turn a scene round, or break it, when they are put into it"""
BEFORE = frozenset({"和", "给", "用", "在", "从", "对", "比"})
"""what a fragment cannot lose: 和想象的一样 is not 想象的一样"""
PRICE = re.compile(rf"(?:只要|只需|仅需|价格|售价)?\s*{SLOT.pattern}")
TORN = re.compile(r"/|[\u4e00-\u9fff，] +[\u4e00-\u9fff]")
"""the sign between fragments, copied, or a space that tears a sentence"""
CLAUSES = re.compile(r"[，、：；。！？,;!?\s]+")
DOUBLED = re.compile(r"([\u4e00-\u9fff])\1")


@dataclass(frozen=True, slots=True)
class _Use:
    moments: Sequence[str]
    do: Sequence[str]
    then: Sequence[str]
    end: Sequence[str]
    topics: Sequence[str]
    calls: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Scenes:
    uses: Mapping[str, _Use]
    greetings: Sequence[str]
    likings: Sequence[str]


def scenes(thing: Thing, turn: int) -> tuple[str, ...]:
    """When it is, what one does with `thing`, and two things that come of it; `turn` decides which go together."""
    use = _use(thing)
    return tuple(
        _joined(
            thing, _at(use.moments, at), _at(use.do, at), _at(use.then, at + at // 6), _at(use.then, at + at // 6 + 2)
        )
        for at in _turns(turn)
    )


def titles(thing: Thing, turn: int) -> tuple[str, ...]:
    """What a title is made from, by turns: what one does with `thing` with what comes of it, with when it is, or with
    what one may end on."""
    use = _use(thing)
    return tuple(
        _joined(
            thing,
            *(
                (_at(use.do, at), _at(use.then, at + 1 + at // 6), _at(use.moments, at + 2)),
                (_at(use.moments, at), _at(use.do, at), _at(use.then, at + 2)),
                (_at(use.end, at), _at(use.do, at), _at(use.then, at + 4)),
            )[at % 3],
        )
        for at in _turns(turn)
    )


def prices(thing: Thing, turn: int) -> tuple[str, ...]:
    """What one does with `thing`, what comes of it, and the slot of its price."""
    use = _use(thing)
    told = (_joined(thing, _at(use.do, at), _at(use.then, at)) for at in _turns(turn)[:PRICES])
    return tuple(BETWEEN.join((scene, "{price}")) for scene in told)


def details(thing: Thing, turn: int, facts: int) -> tuple[str, ...]:
    """How one came by `thing`, `facts` slots of what it is like, and what one thinks of it."""
    greetings, likings = _scenes().greetings, _scenes().likings
    slots = [f"{{fact_{place}}}" for place in range(1, facts + 1)]
    return tuple(
        BETWEEN.join([_joined(thing, _at(greetings, at)), *slots, _at(likings, at), _at(likings, at + 3)])
        for at in _turns(turn)
    )


def endings(thing: Thing, turn: int) -> tuple[str, ...]:
    """What a note on `thing` may end on."""
    use = _use(thing)
    return tuple(
        _joined(thing, _at(use.end, at), _at(use.then, at + 3 + at // 6), _at(use.calls, at)) for at in _turns(turn)
    )


def topic_words(thing: Thing, turn: int) -> tuple[str, ...]:
    """Topics that people look up around such a thing, beginning at another one each `turn`."""
    words = _use(thing).topics
    start = turn % len(words)
    return (*words[start:], *words[:start])


def strays(text: str, scene: str) -> str:
    """What in `text` is not made from `scene`: a word, a clause or all of it; empty where it keeps to the scene.

    What a small model adds to a scene of its own is mostly nonsense: 朋友来了，睡了.
    """
    if torn := TORN.search(text):
        return torn[0]
    for word in (*TURNING, *(match[0] for match in DOUBLED.finditer(text))):
        if text.count(word) > scene.count(word):
            return word
    fragments = scene.split(BETWEEN)
    clauses = [clause for clause in CLAUSES.split(PRICE.sub("，", text)) if clause.strip()]
    for clause in clauses:
        if not _whole(clause, fragments) or (len(clause) > 1 and kept(clause, scene) < KEPT_OF_CLAUSE):
            return clause
    return "" if kept("，".join(clauses), scene) >= KEPT else text


def _whole(clause: str, fragments: Sequence[str]) -> bool:
    """Is a clause neither two fragments that no comma parts, nor the middle of one, nor one without its preposition?"""
    if any(fragment in clause and len(clause) > len(fragment) + RUN_ON for fragment in fragments):
        return False
    if len(clause) > max(map(len, fragments)) + RUN_ON:
        return False
    within = [fragment for fragment in fragments if clause in fragment]
    ends = [fragment for fragment in within if fragment.endswith(clause) and fragment[: -len(clause)] not in BEFORE]
    return not within or bool(ends) or any(fragment.startswith(clause) for fragment in within)


def kept(text: str, scene: str) -> float:
    """Share of the neighbouring characters of `text` that stand in `scene` too: 1 for a choice of its words, 0 for an
    invention. Signs and slots part neighbours."""
    pairs = [text[at : at + 2] for at in range(len(text) - 1) if HAN.match(text[at]) and HAN.match(text[at + 1])]
    return sum(pair in scene for pair in pairs) / len(pairs) if pairs else 0.0


def _turns(turn: int) -> range:
    return range(turn * SCENES, (turn + 1) * SCENES)


def _at(words: Sequence[str], place: int) -> str:
    return words[place % len(words)]


def _joined(thing: Thing, *fragments: str) -> str:
    named = (fragment.replace("这_", f"这{thing.measured}") for fragment in fragments)
    return BETWEEN.join(dict.fromkeys(fragment.replace("_", thing.word) for fragment in named))


def _use(thing: Thing) -> _Use:
    return _scenes().uses[thing.use]


@cache
def _scenes() -> _Scenes:
    data = yaml.safe_load(resources.files("agent.copy").joinpath("scenes.yaml").read_text("utf-8"))
    uses = {
        name: _Use(
            moments=tuple(moment for key in use["moments"].split() for moment in data["moments"][key]),
            do=tuple(use["do"]),
            then=tuple(use["then"]),
            end=tuple(use["end"]),
            topics=tuple(use["topics"]),
            calls=tuple(data["calls"][use["call"]]),
        )
        for name, use in data["uses"].items()
    }
    return _Scenes(uses, tuple(data["greetings"]), tuple(data["likings"]))
