"""What a writer can work from: the facts as short phrases, one thought each, without the catalogue's noise.

Phrases are shown to the model, not to the reader. Facts that make no copy (dimensions, warnings, batteries) license
words, but no line is written about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.checks.grounding import glossed
from agent.checks.language import HAN
from core.shop import Product

LONGEST = 100
"""characters of a phrase; a longer one is cut at its last comma or joint"""
FEWEST_WORDS = 2
NAME_PIECE = re.compile(r"\s+[-–—|]\s+|\s*[,;|()\[\]]\s*|:\s+")
LABEL = re.compile(r"^(?:[A-Z0-9][A-Z0-9&'’/+,. -]{2,40}|[A-Z][\w &'’/-]{2,30})\s*(?::|–|—|\s-|-&?(?=\s))&?\s*")
THOUGHT = re.compile(r"\n+|\s\|\s|(?<=[a-z)][.!?])\s+(?=[A-Z])|•")
JOINT = re.compile(r"\s*(?:[;:–—]|,|\s-\s|\.\s|\b(?:and|which|so that|while|because|as well as)\b)\s*")
NOISE = re.compile(
    r"make sure this fits|model number|warning|chok|not included|sold separately|batter|contact us|customer service|"
    r"refund|return|warranty|guarantee|please|asin|shipping|ships|note:|tips?:|measures?\b|dimension|approx|caution|supervision|"
    r"inch|pound|ounce|\bcm\b|\bmm\b|\d\s*[x×]\s*\d|\d[\"”″]|trademark|copyright|similar products|"
    r"see (?:picture|photo|size)|size chart|imported|^n/?a$|inquire|manufacturer|retail|sku|satisf|100 ?%|money",
    re.IGNORECASE,
)
PLAIN_KEYS = re.compile(
    r"material|colou?r|style|theme|fabric|pattern|use|occasion|feature|材质|颜色|风格|图案|适用|功能|特点|面料",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[，。；、！？,;!?\n]+")
CLAUSE_LONGEST = 14
SHORT_WORDS = (2, 7)
WORDS_AT_ONCE = 4


def phrases(product: Product, wishes: Sequence[str], language: str) -> tuple[str, ...]:
    """Phrases in `language` that copy can be made from: the brief's `wishes`, then the record's; never empty.

    For Chinese copy each phrase is a handful of keywords: clauses of the Chinese record, or else what the English one
    speaks of, by the glossary.
    """
    found = _chinese(product, wishes) if language == "zh" else _english(product, wishes)
    return tuple(dict.fromkeys(found)) or (product.named(language),)


def short_phrases(long: Sequence[str], language: str) -> tuple[str, ...]:
    """The same thoughts cut small, for headlines: clauses of two to seven words, whole phrases where there is no joint.

    >>> short_phrases(["Padlock with 2 keys, and a foil cover"], "en")
    ('Padlock with 2 keys', 'a foil cover')
    """
    if language == "zh":
        return tuple(long)
    pieces = [piece.strip(" .!'") for phrase in long for piece in _pieces(phrase)]
    return tuple(dict.fromkeys(piece for piece in pieces if SHORT_WORDS[0] <= len(piece.split()))) or tuple(long)


def _pieces(phrase: str) -> list[str]:
    if len(phrase.split()) <= SHORT_WORDS[1]:
        return [phrase]
    pieces = [piece for piece in JOINT.split(phrase) if piece]
    return [piece for piece in pieces if len(piece.split()) <= SHORT_WORDS[1]] or [phrase]


def _english(product: Product, wishes: Sequence[str]) -> Iterator[str]:
    yield from wishes
    for thought in THOUGHT.split(product.described("en")):
        phrase = _cut(LABEL.sub("", thought).strip(" .!\"'"))
        if len(phrase.split()) >= FEWEST_WORDS and not NOISE.search(thought) and not HAN.search(phrase):
            yield phrase if not phrase.isupper() else phrase.capitalize()
    for key, value in product.attributes_in("en").items():
        if PLAIN_KEYS.search(key) and not NOISE.search(value) and not HAN.search(value):
            yield f"{key}: {value}"[:LONGEST]
    for piece in NAME_PIECE.split(product.named("en")):
        if len(piece.split()) >= FEWEST_WORDS and not NOISE.search(piece) and not HAN.search(piece):
            yield _cut(piece.strip())


def _cut(phrase: str) -> str:
    if len(phrase) <= LONGEST:
        return phrase
    ends = [match.start() for match in JOINT.finditer(phrase, 0, LONGEST) if match.start() >= LONGEST // 4]
    return phrase[: ends[-1]] if ends else phrase[: phrase.rfind(" ", 0, LONGEST)]


def _chinese(product: Product, wishes: Sequence[str]) -> Iterator[str]:
    yield from wishes
    own = [*_clauses(product.description.get("zh", "")), *_values(product)]
    if own:
        for start in range(0, len(own), WORDS_AT_ONCE - 1):
            yield "、".join(own[start : start + WORDS_AT_ONCE - 1])
        return
    named = glossed([product.named("en"), *product.category[-1:]])
    said = [word for word in glossed(_telling(product.described("en"))) if word not in named]
    for start in range(0, max(len(said), 1), WORDS_AT_ONCE - 2):
        if words := [*named[:2], *said[start : start + WORDS_AT_ONCE - 2]]:
            yield "、".join(words)


def _telling(description: str) -> list[str]:
    return [thought for thought in THOUGHT.split(description) if not NOISE.search(thought)]


def _clauses(text: str) -> list[str]:
    clauses = (clause.strip(" .") for clause in CLAUSE.split(text))
    return [clause for clause in clauses if 2 <= len(clause) <= CLAUSE_LONGEST and HAN.search(clause)]


def _values(product: Product) -> list[str]:
    pairs = product.attributes.get("zh", {}).items()
    return [f"{key}{value}" for key, value in pairs if HAN.search(value) and len(key + value) <= CLAUSE_LONGEST]
