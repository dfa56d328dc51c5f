"""Words that must or must not be said: the brief's, the brand's, and those that the law forbids.

A phrase is matched whole: in Latin script between word boundaries and without regard to case, in Chinese anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import yaml

from agent.checks.language import HAN


def _pattern(phrase: str) -> re.Pattern[str]:
    escaped = r"\s+".join(re.escape(part) for part in phrase.split())
    if HAN.search(phrase):
        return re.compile(escaped, re.IGNORECASE)
    return re.compile(rf"(?<![\w]){escaped}(?![\w])", re.IGNORECASE)


def said(text: str, phrases: Iterable[str]) -> list[str]:
    """The `phrases` that occur in `text`, in their order; empty phrases never occur."""
    return [phrase for phrase in phrases if phrase.strip() and _pattern(phrase).search(text)]


def unsaid(text: str, phrases: Iterable[str]) -> list[str]:
    """The `phrases` that do not occur in `text`, in their order."""
    wanted = [phrase for phrase in phrases if phrase.strip()]
    found = set(said(text, wanted))
    return [phrase for phrase in wanted if phrase not in found]


@cache
def _forbidden_by_law() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = yaml.safe_load(resources.files("agent.checks.data").joinpath("advertising_law_zh.yaml").read_text("utf-8"))
    return re.compile("|".join(data["forbidden"])), re.compile("|".join(data["exempt"]))


def forbidden_by_law(text: str, language: str) -> list[str]:
    """Words in `text` that no fact can license: for Chinese, Advertising Law of the PRC, article 9 (3) and kin.

    Whole words of the exempt list, such as 最近 (recently), are no superlatives.
    """
    if language != "zh":
        return []
    forbidden, exempt = _forbidden_by_law()
    return list(dict.fromkeys(forbidden.findall(exempt.sub(" ", text))))
