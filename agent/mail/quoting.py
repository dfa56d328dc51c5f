"""Facts worded so that they can stand in a sentence. Code words them, for a number or a material must be exact.

`With {product} you get {fact_1} and {fact_2}` reads well with noun phrases only, so a measure becomes "a weight of
560 g" and an option that varies "a choice of color". What cannot be worded so is not quoted (`attributes.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from core.facts import Fact
from core.shop import Product
from retrieval.facts import options_of

Sort = Literal["things", "measures"]
LONGEST = 40
"""characters of one quoted value"""
SEVERAL = 2
"""values from which on an option is a choice"""


def quotations(product: Product, language: str, turn: int = 0) -> tuple[Fact, ...]:
    """At most two facts of `product` as phrases, wordy ones first. `turn` moves on to others, so that mails differ."""
    source = f"product:{product.id}"
    options = options_of(product)
    several = [key for key, values in options.items() if len(values) >= SEVERAL]
    choices = [Fact(key, phrase, source) for key in several if (phrase := _choice(key, language))]
    attributes = {key: value for key, value in product.attributes_in(language).items() if key not in options}
    single = {key: values[0] for key, values in options.items() if len(values) < SEVERAL}
    said = [*_of("things", {**attributes, **single}, language, source), *choices]
    said += _of("measures", {**attributes, **single}, language, source)
    start = turn % max(1, len(said) - 1)
    return tuple(said[start : start + 2])


def _of(sort: Sort, attributes: Mapping[str, str], language: str, source: str) -> list[Fact]:
    found = []
    for key, value in attributes.items():
        first = re.split(r"[,;，；、(（]", value)[0].strip(" .。")
        if _is(sort, key, language) and 0 < len(first) <= LONGEST:
            phrase = _thing(key, first, language) if sort == "things" else _measure(key, first, language)
            found += [Fact(key, phrase, source)] if phrase else []
    return found


def _thing(key: str, value: str, language: str) -> str:
    """`20D ripstop nylon`, `cotton material`, `橡胶鞋底`; empty for a bare number or a count."""
    if re.match(r"\d+ \w+$", value) or not re.search(r"[^\W\d_]{2}", value):
        return ""
    if language == "zh":
        return value if value.endswith(key) else f"{value}{key}"
    return value if len(value.split()) > 1 else f"{value} {key.lower()}"


def _measure(key: str, value: str, language: str) -> str:
    """`a weight of 560 g`, `560 克的重量`; empty where the value is no measure."""
    if not re.search(r"\d", value):
        return ""
    return f"{value}的{key}" if language == "zh" else f"{_article(key.lower())} of {value}"


def _choice(key: str, language: str) -> str:
    """`a choice of colour`; in Chinese empty for an option that is named in English only."""
    if language == "zh":
        return "" if key.isascii() else f"多种{key}可选"
    return f"a choice of {key.replace('_', ' ').lower()}"


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _is(sort: Sort, key: str, language: str) -> bool:
    name = key.replace("_", " ").lower()
    return any(name == word or name.endswith(f" {word}") for word in _words(sort, language))


@cache
def _words(sort: Sort, language: str) -> Collection[str]:
    data = yaml.safe_load(resources.files("agent.mail").joinpath("attributes.yaml").read_text("utf-8"))
    words: list[str] = data[sort][language]
    return words
