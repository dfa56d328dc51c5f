"""What a Chinese note is made from: fragments of everyday scenes around a thing, for the model to choose and join.

A small model invents nonsense from keywords and writes well from phrases that are Chinese already. Each scene is a few
fragments that go together; the model drops some, joins the rest and words them its own way. The fragments are in
`scenes.yaml` and state nothing of any product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from agent.copy.things import Thing

BETWEEN = " / "
"""parts the fragments in a prompt; a comma would be copied, and the whole with it"""
SCENES = 15
"""different scenes for each kind of line"""
PRICES = 2


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
    topics: Sequence[str]


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
    words = (*_use(thing).topics, *_scenes().topics)
    start = turn % len(words)
    return (*words[start:], *words[:start])


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
    return _Scenes(uses, tuple(data["greetings"]), tuple(data["likings"]), tuple(data["topics"]))
