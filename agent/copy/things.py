"""What a product is, in one Chinese noun with its measure word: 恐龙拼图, 盒.

English names are long and speak of many things; the noun that a name ends in is the product (`Dinosaur Jigsaw Puzzle`
is a puzzle). Where a name has none, a known line of things (`Funko Pop`) or the category tells. The lists are in
`things.yaml`; what one does with a thing is the business of `scenes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import yaml

from agent.checks.language import HAN
from agent.copy.naming import LONGEST, name_pieces
from core.shop import Product

NEAR = 3
"""words before the noun within which a motif belongs to it"""
BRAND_WORDS = 2
"""words at the head of a name that may be a brand's: `Crocodile Creek Cup` is no crocodile"""
SHAPED = frozenset({"cuddle", "puppet"})
"""uses of things that are what their name ends in: a plush `Fantasy Unicorn` is a unicorn"""
WORDS = re.compile(r"[\w'&-]+")
AFTER_NOUN = re.compile(
    r"(?:[\s,&/(-]*(?:and|toys?|games?|sets?|kits?|packs?|bundles?|playsets?|collections?|series|complete|classic|deluxe|for|"
    r"kids|adults?|girls?|boys?|men|women|large|small|medium|mini|favors?|supplies|\w*\d[\w./]*|by [\w ]+))*[\s)]*$"
)
"""what may follow the noun that a name ends in; after any other word it was no head: `Table Cover` is no table"""
APART = re.compile(r"\s+[-–—|]\s+|\s*[,;|(]\s*|:\s+")
"""signs after which a name may say once more what the thing is; what follows `with` or `for` is another thing"""
HAN_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
SIZE = re.compile(r"\d[\d.]*\s*(?:毫升|升|厘米|毫米|米|英寸|寸|件套|件|个|片|色|码|千克|公斤|克|岁|只|双|人份|人)?")
FITTINGS = re.compile(r"accessor|parts\b|hardware", re.IGNORECASE)

ENUMERATION = re.compile(r",|^Playsets &", re.IGNORECASE)
"""a category that names other things too"""
ANY_MEASURE = "款"


@dataclass(frozen=True, slots=True)
class Thing:
    """`word`: a Chinese noun, `use`: a key of the scenes."""

    word: str
    use: str
    also: tuple[str, ...] = ()
    """other true words for it"""

    @property
    def measured(self) -> str:
        """With its measure word: 盒拼图, to stand behind 这."""
        measures = _lists().measures
        ends = (self.word[at:] for at in range(len(self.word)))
        return next((measures[end] for end in ends if end in measures), ANY_MEASURE) + self.word


@dataclass(frozen=True, slots=True)
class _Rule:
    wording: re.Pattern[str]
    thing: Thing


def thing_of(product: Product, name: str) -> Thing:
    """What `product`, called `name` for short, is. A Chinese name speaks for itself."""
    lists = _lists()
    if HAN.search(name):
        return _chinese(product, name)
    whole = product.named("en")
    phrase = name_pieces(whole)[0]
    first = (phrase, name) if len(phrase) > LONGEST else (name,)  # a long name was cut, perhaps before its noun
    return (
        _by_line(whole)
        or _by_name(first, lists.rules)
        or _shaped(name, _by_category(product, lists.rules))
        or _by_name([name_pieces(piece)[0] for piece in APART.split(whole)[1:] if piece.strip()], lists.rules)
        or _by_name(first, lists.wide)
        or _by_category(product, lists.wide)
        or _by_shelf(product)
        or lists.nameless
    )


def _chinese(product: Product, name: str) -> Thing:
    """A Chinese name without its sizes (`防水登山包 30 升`), used as things are whose names end alike."""
    runs = HAN_RUN.findall(SIZE.sub(" ", name)) or [name]
    word = runs[0]
    endings = _lists().endings
    use = next((endings[word[at:]] for at in range(len(word)) if word[at:] in endings), "")
    known = _by_category(product, _lists().rules) or _by_shelf(product) or _lists().nameless
    return Thing(word, use or known.use)


def _by_line(name: str) -> Thing | None:
    return next((rule.thing for rule in _lists().lines if rule.wording.search(name.lower())), None)


def _by_name(pieces: Sequence[str], rules: Sequence[_Rule]) -> Thing | None:
    for piece in pieces:
        if found := _last(piece, rules):
            begin, thing = found
            return replace(thing, word=_motif(piece, begin) + thing.word)
    return None


def _by_category(product: Product, rules: Sequence[_Rule]) -> Thing | None:
    """By the narrowest category that names a thing; one of fittings names what they are fitted to."""
    narrow = product.category[1:]
    if narrow and FITTINGS.search(narrow[-1]):
        return None
    for category in reversed(narrow):
        if not ENUMERATION.search(category) and (found := _last(category, rules)):
            return found[1]
    return None


def _by_shelf(product: Product) -> Thing | None:
    shelves = _lists().shelves
    return next((shelves[one.lower()] for one in reversed(product.category) if one.lower() in shelves), None)


def _shaped(name: str, thing: Thing | None) -> Thing | None:
    """A thing known by its category alone, with the motif that its name ends in."""
    if thing is None or thing.use not in SHAPED:
        return thing
    last = WORDS.findall(name.lower())[-1:]
    return replace(thing, word="".join(_motif_named(word) for word in last) + thing.word)


def _last(text: str, rules: Sequence[_Rule]) -> tuple[int, Thing] | None:
    """Where the last noun of `text` begins, and the thing that it names; of two that end there the longer one."""
    found = [
        (match.end(), -match.start(), rule.thing)
        for rule in rules
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
        if motif := _motif_named(word):
            return motif
    return ""


def worlds(name: str) -> tuple[str, ...]:
    """Chinese names of the stories, animals and feasts that a catalogue name speaks of, in their order."""
    found = [(match.start(), word) for wording, word in _lists().worlds if (match := wording.search(name.lower()))]
    return tuple(dict.fromkeys(word for _, word in sorted(found)))


def _motif_named(word: str) -> str:
    return next((chinese for wording, chinese in _lists().motifs if wording.fullmatch(word)), "")


@dataclass(frozen=True, slots=True)
class _Lists:
    rules: Sequence[_Rule]
    wide: Sequence[_Rule]
    lines: Sequence[_Rule]
    shelves: Mapping[str, Thing]
    nameless: Thing
    motifs: Sequence[tuple[re.Pattern[str], str]]
    worlds: Sequence[tuple[re.Pattern[str], str]]
    measures: Mapping[str, str]
    endings: Mapping[str, str]


@cache
def _lists() -> _Lists:
    data = yaml.safe_load(resources.files("agent.copy").joinpath("things.yaml").read_text("utf-8"))
    return _Lists(
        tuple(_rules(data["things"])),
        tuple(_rules(data["wide"])),
        tuple(_rules(data["lines"])),
        {shelf: _thing(*entry.split(" = ")) for shelf, entry in data["shelves"].items()},
        _thing(*data["nameless"].split(" = ")),
        tuple((re.compile(wording), word) for wording, word in _pairs(data["motifs"])),
        tuple(
            (re.compile(rf"(?<![\w-])(?:{wording})(?![\w-])"), word)
            for wording, word in _pairs([*data["worlds"], *data["motifs"]])
        ),
        data["measures"],
        data["endings"],
    )


def _rules(lines: Sequence[str]) -> Iterator[_Rule]:
    for line in lines:
        english, word, use = line.split(" = ")
        yield _Rule(re.compile(rf"(?<![\w-])(?:{english})(?![\w-])"), _thing(word, use))


def _pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    return [(wording, word) for wording, _, word in (line.partition(" = ") for line in lines)]


def _thing(nouns: str, use: str) -> Thing:
    word, *also = nouns.split("|")
    return Thing(word, use, tuple(also))
