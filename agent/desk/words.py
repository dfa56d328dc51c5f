"""Content words of a text, as terms that compare across inflection and synonyms.

English words are stemmed lightly; Chinese is cut by jieba. Both are mapped through lexicon.yaml, so that "money back"
and "refunded", or 邮费 and 运费, are one term. It knows nothing of questions, passages or answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

LEXICON = Path(__file__).with_name("lexicon.yaml")
_ENGLISH = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|#\w+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")
_ENDINGS = ("ations", "ation", "ements", "ement", "ments", "ment", "ings", "ing", "ied", "ies", "ed", "ly", "s")
_SIBILANT = re.compile(r"(?:[sxz]|ch|sh)es$")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words: see the comments in lexicon.yaml."""

    function: frozenset[str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    """said in several words -> the one word meant"""
    joined: tuple[tuple[re.Pattern[str], str], ...]
    """words that are one thing together, written as one"""
    same: Mapping[str, str]
    """term -> the term that stands for its line"""
    lines: Mapping[str, tuple[str, ...]]
    """term that stands for a line -> the line's words"""
    negation: frozenset[str]
    conditions: frozenset[str]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of `language`, the English one for any that has none."""
    tables = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    table = tables.get(language, tables["en"])
    english = "zh" not in language
    lines = {}
    same = {}
    for line in table["same"]:
        words = line.split()
        terms = [stem(word) if english else word for word in words]
        same.update(dict.fromkeys(terms[1:], terms[0]))
        lines[terms[0]] = tuple(words)
    return Lexicon(
        frozenset(table["function"].split()),
        _patterns(table["phrases"], english),
        _patterns(table["joined"], english),
        same,
        lines,
        frozenset(table["negation"].split()),
        frozenset(table["conditions"].split()),
    )


def rephrase(text: str, language: str) -> str:
    """`text` in plain letters with what is said in several words put into one: `my money back` -> `my refund`."""
    plain = plain_text(text)
    for said, meant in lexicon(language).phrases:
        plain = said.sub(meant, plain)
    return plain


def plain_text(text: str) -> str:
    """Lower case, one form of each character (full width to half), straight apostrophes."""
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A light English stem: `cancelled`, `cancelling`, `cancellation` -> `cancel`. Short words are left alone."""
    word = word.removesuffix("'s").replace("'", "")
    if _SIBILANT.search(word):
        word = word[:-1] if word.endswith("zes") else word[:-2]
    if word.endswith(("us", "ss", "is")):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + ("y" if ending in ("ied", "ies") else "")
            break
    if len(word) > 4:
        word = _DOUBLED.sub(r"\1", word)
        word = word.removesuffix("e")
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def reworded(text: str, language: str) -> tuple[str, ...]:
    """`text` with its words replaced by the first, and by the second, synonym of their lexicon lines; a search for
    these too finds pages that use another word than the customer. Empty where nothing changes.
    """
    found = []
    for place in (0, 1):
        words = [_synonym(word, place, language) for word in said_words(text, language)]
        variant = ("" if language == "zh" else " ").join(words)
        if words != said_words(text, language):
            found.append(variant)
    return tuple(dict.fromkeys(found))


def _synonym(word: str, place: int, language: str) -> str:
    known = lexicon(language)
    if word in known.function:
        return word
    line = known.lines.get(known.same.get(_term(word, language), _term(word, language)), ())
    return line[place] if place < len(line) else word


def _term(word: str, language: str) -> str:
    return word if language == "zh" else stem(word)


def said_words(text: str, language: str) -> list[str]:
    """All words of `text`, function words included, in order."""
    plain = plain_text(text)
    if language != "zh":
        return _ENGLISH.findall(plain)
    words: list[str] = []
    for piece in re.findall(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:[.,]\d+)*", plain):
        words.extend(_cut(piece) if _HAN.match(piece) else [piece])
    return words


def terms(text: str, language: str) -> tuple[str, ...]:
    """The content terms of `text` in order, each mapped to the one that stands for its synonyms; repeats are kept.

    >>> terms("Can I get my money back?", "en")
    ('refund',)
    """
    known = lexicon(language)
    found = []
    for word in said_words(_joined(text, language), language):
        if word in known.function or (language == "zh" and len(word) == 1 and word not in known.same):
            continue
        term = word if language == "zh" else stem(word)
        found.append(known.same.get(term, term))
    return tuple(found)


@lru_cache(maxsize=20_000)
def vocabulary(text: str, language: str) -> frozenset[str]:
    """Every term that `text` may be said to contain: its terms, and in Chinese every two characters that stand
    together, because two texts are rarely cut alike. Kept, for a shop's sentences come again with every question.
    """
    found = set(terms(text, language))
    if language == "zh":
        same = lexicon(language).same
        for run in _HAN.findall(_joined(text, language)):
            pairs = {run[i : i + 2] for i in range(len(run) - 1)}
            found |= pairs | {same[pair] for pair in pairs if pair in same}
    return frozenset(found)


def carried(term: str, known: frozenset[str]) -> float:
    """How much of `term` a vocabulary holds: all, nothing, or of a long Chinese word its share of character pairs."""
    if term in known:
        return 1.0
    if len(term) < 3 or not _HAN.fullmatch(term):
        return 0.0
    pairs = [term[i : i + 2] for i in range(len(term) - 1)]
    return sum(pair in known for pair in pairs) / len(pairs)


def _joined(text: str, language: str) -> str:
    plain = rephrase(text, language)
    for said, meant in lexicon(language).joined:
        plain = said.sub(meant, plain)
    return plain


def _patterns(table: Mapping[str, str], english: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The longest first, so that `gift card number` is not cut short by `gift card`. `_` stands for any one word."""
    ordered = sorted(table.items(), key=lambda pair: -len(pair[0]))
    if not english:
        return tuple((re.compile(re.escape(said)), f" {meant} ") for said, meant in ordered)
    return tuple((re.compile(rf"\b{re.escape(said).replace('_', r'(?:[a-z]+)')}\b"), meant) for said, meant in ordered)


def _cut(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [str(word) for word in jieba.cut(text)]
