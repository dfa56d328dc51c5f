"""Is a text, as the model wrote it, true to the facts that it was given? Asked before any check of serving.

Also which checks say that a text is fit to be shown at all, the same ones for a bare model and a tuned one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.checks.claims import unlicensed_claims
from agent.checks.grounding import function_stems
from agent.checks.language import HAN
from agent.checks.numbers import unlicensed_numbers
from agent.checks.stems import stem, words
from agent.slots import SLOT, open_slots, without_slots
from core.facts import CheckResult

NOISE_GUARDS = frozenset({"about", "grounding", "sense"})
"""checks that guard against an untuned model's noise and refuse good human copy as well. Serving lets a tuned model off
some of them; here nobody is judged by them, so that both are judged alike"""


def fit(checks: Iterable[CheckResult]) -> bool:
    """Do all checks pass that bare and tuned models share?"""
    return all(check.ok for check in checks if check.name not in NOISE_GUARDS)


def failures(checks: Iterable[CheckResult]) -> list[str]:
    """Those of them that fail, in words."""
    return [f"{one.name}: {one.detail}" for one in checks if not one.ok and one.name not in NOISE_GUARDS]


def invented(text: str, licence: Sequence[str], language: str) -> tuple[list[str], list[str]]:
    """Numbers that no fact has, and claims that none makes. What stands in a slot is code's and is not looked at."""
    written = without_slots(text)
    return unlicensed_numbers(written, licence, language), unlicensed_claims(written, licence, language)


def carries(text: str, fact: str) -> bool:
    """Does the text have a word of meaning of the fact, or fill one of its slots?

    Chinese parts no words, so two characters that stand together in both count. A fact without words is carried by all.
    """
    if not fact.strip() or open_slots(text) & open_slots(fact):
        return True
    mine, theirs = meanings(text), meanings(fact)
    return not theirs or bool(mine & theirs)


def quotes(text: str, fact: str) -> bool:
    """Is the text a piece of its fact, word for word? A short line may be; a writer who does nothing else writes none.

    >>> quotes("Small copper can", "Small copper can, for pots indoors")
    True
    """
    bare, whole = ("".join(sign for sign in one.casefold() if sign.isalnum()) for one in (text, fact))
    return bool(bare) and bare in whole


def meanings(text: str) -> frozenset[str]:
    """Stems of the words of meaning, and pairs of neighbouring Chinese characters."""
    plain = SLOT.sub(" ", text)
    stems = {stem(word) for word in words(plain)} - function_stems()
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1) if HAN.match(plain[at]) and HAN.match(plain[at + 1])}
    return frozenset(stems | pairs)
