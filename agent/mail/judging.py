"""Is one candidate for one part of a mail fit to be sent? Editing that only removes, then checks, then merit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.checks.claims import unlicensed_claims
from agent.checks.form import flaws
from agent.checks.grounding import ungrounded_words
from agent.checks.language import is_language
from agent.checks.numbers import unlicensed_numbers
from agent.checks.words import forbidden_by_law, said
from agent.mail.parts import Occasion, PartName, kind
from agent.slots import open_slots, without_slots
from core.facts import CheckResult
from core.generation import Generation
from core.shop import Brand
from prompts.library import load_prompt

SLOTS_OF: dict[PartName, frozenset[str]] = {
    "subject": frozenset({"first_name", "product", "last_product"}),
    "opening": frozenset({"first_name", "last_product"}),
    "pitch": frozenset({"product", "first_name", "last_product"}),
    "closing": frozenset({"price", "offer", "first_name", "product"}),
    "button": frozenset({"product"}),
}
LONGEST: dict[PartName, int] = {"subject": 60, "opening": 220, "pitch": 280, "closing": 200, "button": 28}
SHORTEST: dict[PartName, int] = {"subject": 8, "opening": 24, "pitch": 30, "closing": 16, "button": 4}
"""in characters, slots counted as they stand; a Chinese text says as much in a third of them"""
SENTENCES: frozenset[PartName] = frozenset({"opening", "pitch", "closing"})
END = re.compile(r"[.!?。！？…]")
QUOTES = ' \t"“”「」*_'


@dataclass(frozen=True, slots=True)
class Candidate:
    """One text for one part, edited and judged."""

    part: PartName
    text: str
    generation: Generation
    checks: tuple[CheckResult, ...]
    merit: float

    @property
    def passed(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def failure(self) -> str:
        """What was wrong, for people and for the next try; empty if nothing."""
        return "; ".join(f"{check.name}: {check.detail}" for check in self.checks if not check.ok)


def judge(part: PartName, generation: Generation, occasion: Occasion, brand: Brand) -> Candidate:
    """The candidate that this generation is, with every check's result."""
    text = tidy(part, generation.text, cut_short=generation.finish == "length")
    checks = tuple(_checks(part, text, occasion, brand))
    return Candidate(part, text, generation, checks, _merit(part, text, occasion))


def tidy(part: PartName, text: str, cut_short: bool) -> str:
    """One line without wrapping quotes; of a text that ran out of tokens only its whole sentences."""
    line = " ".join(text.split()).strip(QUOTES)
    if part not in SENTENCES:
        return line.rstrip(".。") if part == "button" else line
    ends = [match.end() for match in END.finditer(line)]
    if cut_short:
        return line[: ends[-1]] if ends else ""
    if not line or (ends and ends[-1] == len(line)):
        return line
    return line + ("。" if is_language(line, "zh") else ".")


def licence(occasion: Occasion, brand: Brand) -> tuple[str, ...]:
    """Every string that allows a number, a claim or a word: facts, names, offer, goal."""
    product, context = occasion.product, occasion.context
    texts = [*(fact.value for fact in occasion.facts), *product.name.values(), *product.category]
    return tuple(text for text in (*texts, context.offer, context.goal, brand.name, context.favourite_category) if text)


def _checks(part: PartName, text: str, occasion: Occasion, brand: Brand) -> Iterator[CheckResult]:
    language, allowed = occasion.context.language, licence(occasion, brand)
    written = without_slots(text)
    yield _slots(part, text, occasion)
    yield _length(part, text, language)
    yield _named("form", flaws(text, language))
    yield _named("language", [] if is_language(text, language) or part == "button" else [f"write {language}"])
    yield _named("numbers", unlicensed_numbers(written, allowed, language))
    yield _named("claims", unlicensed_claims(written, allowed, language))
    yield _named("grounding", ungrounded_words(written, (*allowed, kind(occasion.product, language)), language))
    yield _named("words", [*said(text, brand.words_to_avoid), *forbidden_by_law(text, language)])
    yield _named("own words", [text] if text in _examples(part, language) else [])


def _slots(part: PartName, text: str, occasion: Occasion) -> CheckResult:
    there = open_slots(text)
    fillable = SLOTS_OF[part] & set(occasion.context.slots)
    wrong = sorted(there - fillable)
    if wrong:
        return CheckResult("slots", False, f"{{{wrong[0]}}} cannot be filled here")
    lacking = sorted(needed(part, occasion) - there)
    return _named("slots", [f"must say {{{name}}}" for name in lacking])


def needed(part: PartName, occasion: Occasion) -> frozenset[str]:
    """Slots without which this part would not be personal, or would leave out the offer."""
    want: dict[PartName, set[str]] = {"opening": {"last_product"}, "pitch": {"product"}, "closing": {"offer"}}
    return frozenset(want.get(part, set())) & frozenset(occasion.context.slots)


def _length(part: PartName, text: str, language: str) -> CheckResult:
    shortest = SHORTEST[part] // 3 if language == "zh" else SHORTEST[part]
    if len(text) < shortest:
        return CheckResult("length", False, f"write at least {shortest} characters")
    return _named("length", [f"write at most {LONGEST[part]} characters"] if len(text) > LONGEST[part] else [])


def _named(name: str, problems: list[str]) -> CheckResult:
    return CheckResult(name, not problems, ", ".join(problems[:3]))


def _examples(part: PartName, language: str) -> frozenset[str]:
    """The shots' answers: a text that repeats one is the library's, not the model's."""
    shots = load_prompt(f"email/{part}", language).file.shots
    return frozenset(shot.assistant for shot in shots)


def _merit(part: PartName, text: str, occasion: Occasion) -> float:
    """How good, among those that pass: personal slots and facts used, in a moderate length."""
    used = len(open_slots(text) & set(occasion.context.slots))
    lower = text.lower()
    facts = sum(any(word in lower for word in fact.value.lower().split() if len(word) > 3) for fact in occasion.facts)
    length = abs(len(text) - LONGEST[part] * 0.45) / LONGEST[part]
    return used + (0.5 * facts if part == "pitch" else 0.0) - length
