"""The analyst's own words, read from `wording.yaml`: what is always there, whatever a model says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import Any

import yaml

from insight.segmenting.statistics import Difference

PRICE_LEVEL = "price_level"
_WINDOW = re.compile(r"_(\d+)d$")
_PERCENT = re.compile(r"_share$")


@dataclass(frozen=True, slots=True)
class Habit:
    """One difference in words, without and with its figures."""

    feature: str
    words: str
    figures: str
    up: bool
    """whether they have more of it than the others"""


@cache
def wording() -> Mapping[str, Any]:
    """The file as it is."""
    text = resources.files("agent.analyst").joinpath("wording.yaml").read_text("utf-8")
    read: Mapping[str, Any] = yaml.safe_load(text)
    return read


def phrase(name: str, language: str, **values: object) -> str:
    """One of the language's phrases, filled."""
    text: str = wording()[language][name]
    return text.format(**values)


def listed(names: Sequence[str], language: str) -> str:
    """`a, b and c`"""
    if len(names) < 2:
        return "".join(names)
    return phrase("comma", language).join(names[:-1]) + phrase("and", language) + names[-1]


def habit(difference: Difference, language: str) -> Habit | None:
    """What a difference says of people; None where no words are known for its feature."""
    window = _WINDOW.search(difference.feature)
    both = wording()["habits"].get(_WINDOW.sub("", difference.feature))
    if both is None:
        return None
    up = difference.difference > 0
    figures = phrase(
        "priced" if difference.feature == PRICE_LEVEL else "figures",
        language,
        mean=figure(difference.mean, difference.feature),
        others=figure(difference.others, difference.feature),
        window=phrase("window", language, days=window[1]) if window else "",
    )
    return Habit(difference.feature, both[language][0 if up else 1], figures, up)


def figure(value: float, feature: str = "") -> str:
    """A number as people write it; a share as a percentage, the logarithm of a price level as times the usual price."""
    if feature == PRICE_LEVEL:
        return f"{exp(value):.2f}"
    if _PERCENT.search(feature):
        return f"{percent(value)}%"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}"


def percent(share: float) -> str:
    """0.214 as 21, 0.004 as 0.4"""
    return f"{100 * share:.0f}" if share >= 0.01 else f"{100 * share:.1g}"
