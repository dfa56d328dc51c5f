"""What a product is, in one Chinese noun, and the everyday scenes that one uses such a thing in.

English names are long and speak of many things; the noun that a name ends in is the product (`Dinosaur Jigsaw Puzzle`
is a puzzle). Code finds it and fills it into the slot `{thing}`, so a line cannot be about another thing. The lists
are in `things.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import yaml

from agent.checks.language import HAN
from core.shop import Product

NEAR = 3
"""words before the noun within which a motif belongs to it"""
BRAND_WORDS = 2
"""words at the head of a name that may be a brand's: `Crocodile Creek Cup` is no crocodile"""
WORDS = re.compile(r"[\w'&-]+")
AFTER_NOUN = re.compile(
    r"(?:[\s,&/(-]*(?:and|toys?|games?|sets?|kits?|packs?|bundles?|playsets?|collections?|series|complete|classic|deluxe|for|"
    r"kids|adults?|girls?|boys?|men|women|large|small|medium|mini|favors?|supplies|\w*\d[\w./]*|by [\w ]+))*[\s)]*$"
)
"""what may follow the noun that a name ends in; after any other word it was no head: `Table Cover` is no table"""
FITTINGS = re.compile(r"accessor|parts\b|hardware", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Thing:
    """`word`: a Chinese noun, `use`: a key of the scenes."""

    word: str
    use: str
    also: tuple[str, ...] = ()
    """other true words for it"""


@dataclass(frozen=True, slots=True)
class _Rule:
    wording: re.Pattern[str]
    thing: Thing


def thing_of(product: Product, name: str) -> Thing:
    """What `product`, called `name` for short, is. A Chinese name speaks for itself; what nothing is known of is called
    by its name."""
    if HAN.search(name):
        return Thing(name, _known(product).use)
    found = _last(name)
    if found is not None:
        begin, thing = found
        return replace(thing, word=_motif(name, begin) + thing.word)
    known = _known(product)
    return known if known.word else Thing(name, known.use)


def scenes(thing: Thing, turn: int) -> tuple[str, ...]:
    """What one does with `thing`, and where or when, beginning at another scene each `turn`: 玩拼图，雨天在客厅里玩."""
    all_of_them = [f"{_lists().verbs[thing.use]}{thing.word}，{scene}" for scene in _lists().scenes[thing.use]]
    start = turn % len(all_of_them)
    return (*all_of_them[start:], *all_of_them[:start])


def _known(product: Product) -> Thing:
    """By category, the narrowest first, then by shelf; a thing without a word where neither is known."""
    narrow = product.category[1:]
    if not narrow or not FITTINGS.search(narrow[-1]):
        for category in reversed(narrow):
            if "," not in category and (found := _last(category)):  # an enumeration names other things too
                return found[1]
    shelf = product.category[0].lower() if product.category else ""
    return _lists().shelves.get(shelf, Thing("", "any"))


def _last(text: str) -> tuple[int, Thing] | None:
    """Where the last noun of `text` begins, and the thing that it names; of two that end there the longer one."""
    found = [
        (match.end(), -match.start(), rule.thing)
        for rule in _lists().rules
        for match in rule.wording.finditer(text.lower())
        if AFTER_NOUN.match(text.lower(), match.end())
    ]
    if not found:
        return None
    _, start, thing = max(found, key=lambda one: one[:2])
    return -start, thing


def _motif(name: str, begin: int) -> str:
    """The motif right before the noun, or a little before it where no brand stands; empty if there is none."""
    before = WORDS.findall(name[:begin].lower())
    for back, word in enumerate(reversed(before[-NEAR:])):
        place = len(before) - 1 - back
        if back and place < BRAND_WORDS:
            continue
        for wording, chinese in _lists().motifs:
            if wording.fullmatch(word):
                return chinese
    return ""


@dataclass(frozen=True, slots=True)
class _Lists:
    rules: Sequence[_Rule]
    shelves: Mapping[str, Thing]
    motifs: Sequence[tuple[re.Pattern[str], str]]
    scenes: Mapping[str, tuple[str, ...]]
    verbs: Mapping[str, str]


@cache
def _lists() -> _Lists:
    data = yaml.safe_load(resources.files("agent.copy").joinpath("things.yaml").read_text("utf-8"))
    return _Lists(
        tuple(_rules(data["things"])),
        {shelf: _thing(*entry.split(" = ")) for shelf, entry in data["shelves"].items()},
        tuple((re.compile(wording), word) for wording, _, word in (line.partition(" = ") for line in data["motifs"])),
        {use: tuple(found) for use, found in data["scenes"].items()},
        data["verbs"],
    )


def _rules(lines: Sequence[str]) -> Iterator[_Rule]:
    for line in lines:
        english, word, use = line.split(" = ")
        yield _Rule(re.compile(rf"(?<![\w-])(?:{english})(?![\w-])"), _thing(word, use))


def _thing(nouns: str, use: str) -> Thing:
    word, *also = nouns.split("|")
    return Thing(word, use, tuple(also))
