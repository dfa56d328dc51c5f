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
_ENDINGS = (
    "ations",
    "ation",
    "ements",
    "ement",
    "ments",
    "ment",
    "ings",
    "ing",
    "ers",
    "ied",
    "ies",
    "ed",
    "er",
    "es",
    "s",
    "ly",
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words: see the comments in lexicon.yaml."""

    function: frozenset[str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    same: Mapping[str, str]
    """term -> the term that stands for its line"""
    negation: frozenset[str]
    conditions: frozenset[str]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of `language`, the English one for any that has none."""
    tables = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    table = tables.get(language, tables["en"])
    english = "zh" not in language
    same = {}
    for line in table["same"]:
        terms = [stem(word) if english else word for word in line.split()]
        same.update(dict.fromkeys(terms[1:], terms[0]))
    phrases = sorted(table["phrases"].items(), key=lambda pair: -len(pair[0]))
    return Lexicon(
        frozenset(table["function"].split()),
        tuple(
            (re.compile(rf"\b{re.escape(said)}\b" if english else re.escape(said)), meant) for said, meant in phrases
        ),
        same,
        frozenset(table["negation"].split()),
        frozenset(table["conditions"].split()),
    )


def plain_text(text: str) -> str:
    """Lower case, one form of each character (full width to half), straight apostrophes."""
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A light English stem: `cancelled`, `cancelling`, `cancellation` -> `cancel`. Short words are left alone."""
    word = word.removesuffix("'s").replace("'", "")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + ("y" if ending in ("ied", "ies") else "")
            break
    if len(word) > 4:
        word = _DOUBLED.sub(r"\1", word)
        word = word.removesuffix("e")
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


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
    plain = plain_text(text)
    for said, meant in known.phrases:
        plain = said.sub(f" {meant} ", plain)
    found = []
    for word in said_words(plain, language):
        if word in known.function or (language == "zh" and len(word) == 1 and word not in known.same):
            continue
        term = word if language == "zh" else stem(word)
        found.append(known.same.get(term, term))
    return tuple(found)


def vocabulary(text: str, language: str) -> frozenset[str]:
    """Every term that `text` may be said to contain: its terms, and in Chinese every two characters that stand together,
    because two texts are rarely cut alike.
    """
    found = set(terms(text, language))
    if language == "zh":
        known = lexicon(language)
        plain = plain_text(text)
        for said, meant in known.phrases:
            plain = said.sub(f" {meant} ", plain)
        for run in _HAN.findall(plain):
            pairs = {run[i : i + 2] for i in range(len(run) - 1)}
            found |= pairs | {known.same[pair] for pair in pairs if pair in known.same}
    return frozenset(found)


def _cut(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [str(word) for word in jieba.cut(text)]
