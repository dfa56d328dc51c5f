"""Is one line fit to be shown? Every check of the house on it, by name; a line passes if all of them do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from agent.channels import Part
from agent.checks.claims import unlicensed_claims
from agent.checks.form import flaws
from agent.checks.grounding import function_stems, glossed, ungrounded_words
from agent.checks.language import HAN, is_language
from agent.checks.numbers import unlicensed_numbers
from agent.checks.stems import stem, words
from agent.checks.words import forbidden_by_law, said
from agent.copy.material import Material
from agent.copy.sense import nonsense
from agent.slots import SLOT, fill, open_slots, without_slots
from core.facts import CheckResult
from prompts.library import load_prompt

SCENE_PROMPT = "copy/ad"
RUN = 3
"""words, or twice as many Chinese characters, that a line may not share with an example of its prompt, unless the facts
have them too"""
SHORTEST = {"headline": (2, 4), "sentence": (4, 8), "body": (3, 6), "topics": (1, 2), "brand": (1, 1)}
"""words of an English line, characters of a Chinese one"""
PAIRS_SHARED = 0.2
"""share of neighbouring words that an English line must have from the record: below it, words were only shuffled"""
PRICED = {
    "en": re.compile(
        r"(?:\b(?:for|at|only|just|costs?|is)\s+|[:,.!–—-]\s*|^)\{price\}(?!\s+(?:on|of|in|to|with|and)\b)",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"(?:只要|只需|仅需|仅|价格|售价|到手|[，：:。！ ]|^)\s*\{price\}"),
}
MADE_OF = re.compile(r"\b(?:is |are )?made (?:of|from)\b", re.IGNORECASE)
"""joins a thing to its material and states nothing itself: what it is made of must stand in the facts"""
CLAUSES = re.compile(r"[，、：；。！？,!?]")
LONGEST_KEYWORD = 2
"""characters of a clause that is but a keyword"""
FACT_APART = re.compile(r"(?<![，、：；。！？ ])\{fact_\d\}|\{fact_\d\}(?![，、；。！？\s])")
"""a Chinese fact inside a clause, where its phrase would not fit the grammar; at an edge of the line it stands well"""
FAITHFUL = 0.6
"""share of an English line's words of meaning that must stand in the facts; what a small model adds is mostly noise"""


def judge(text: str, part: Part, material: Material, language: str, prompt: str) -> tuple[CheckResult, ...]:
    """All checks on one line with its slots open. Lengths are of the line as it will be shown, slots filled."""
    return tuple(_checks(text, part, material, language, prompt))


def _checks(text: str, part: Part, material: Material, language: str, prompt: str) -> Iterator[CheckResult]:
    bare, shown = without_slots(text), fill(text, material.slots)
    unknown = sorted(open_slots(text) - set(material.slots))
    odd = nonsense(text, part, material) if language == "en" and part.writes in ("headline", "sentence") else []
    yield _result("form", flaws(text, language) + _strung(text, part, material))
    yield _result("sense", odd)
    yield _result("length", [problem for problem in (_short(text, part, language), part.overlong(shown)) if problem])
    yield _result("slots", [f"{{{name}}} cannot be filled" for name in unknown] + _misplaced_price(text, language))
    yield _result(
        "language", [] if part.writes == "topics" or is_language(shown, language) else [f"is not in {language}"]
    )
    yield _result("numbers", unlicensed_numbers(bare, material.licence, language), "no fact says {}")
    yield _result("claims", unlicensed_claims(bare, material.licence, language), "no fact claims {}")
    yield _result(
        "grounding", ungrounded_words(MADE_OF.sub(" ", bare), material.licence, language), "no fact speaks of {}"
    )
    yield _result("words to avoid", said(text, material.must_not_say), "do not say {}")
    yield _result("law", forbidden_by_law(text, language), "the law forbids {}")
    yield _result("own words", _echoes(text, material, prompt, language), "repeats an example: {}")
    told_elsewhere = language == "zh" and part.writes == "body" and prompt != SCENE_PROMPT
    if part.writes != "topics" and not told_elsewhere:  # a Chinese body names its thing in its scene
        yield _result("about", [] if _about(text, material, language) else ["says nothing of the product"])


def _strung(text: str, part: Part, material: Material) -> list[str]:
    """Is a Chinese line a string of keywords? The thing named twice, or clauses that are single words."""
    if material.thing is None or part.writes == "topics":
        return []
    word = material.thing.word
    again = [f"names {word} twice"] if text.count(word) > 1 else []
    clauses = [clause for clause in CLAUSES.split(SLOT.sub("", text)) if clause.strip()]
    bare = [clause for clause in clauses if len(clause) <= LONGEST_KEYWORD and (clause != word or not open_slots(text))]
    allowed = len(clauses) // 3
    return again + ([f"strings words together: {bare[0]}"] if len(bare) > allowed else [])


def _misplaced_price(text: str, language: str) -> list[str]:
    """A price is what something costs: `for {price}`; `play your {price}` is none. A Chinese fact stands
    between commas."""
    if language == "zh" and FACT_APART.search(f" {text} "):
        return ["a fact does not stand apart"]
    return ["{price} does not stand as a price"] if "{price}" in text and not PRICED[language].search(text) else []


def _result(name: str, problems: Sequence[str], wording: str = "{}") -> CheckResult:
    return CheckResult(name, not problems, wording.format(", ".join(problems[:3])) if problems else "")


def _short(text: str, part: Part, language: str) -> str:
    needed = SHORTEST[part.writes][language == "zh"]
    there = len(re.findall(r"\w", text)) if language == "zh" else len(text.split())
    return "" if there >= needed else f"is too short: {there} of {needed}"


def _about(text: str, material: Material, language: str) -> bool:
    """Does the line share a word of meaning with the record, or carry a slot?"""
    if open_slots(text):
        return True
    if language == "zh":
        known = {
            *([material.thing.word] if material.thing else []),
            *glossed(material.licence),
            *_pairs(" ".join(material.phrases)),
        }
        latin = {word.lower() for word in words(" ".join(material.licence))}
        return any(word in text for word in known) or any(word in latin for word in words(text))
    own = {stem(word) for fact in material.licence for word in words(fact)}
    telling = [stem(word) for word in words(text) if stem(word) not in function_stems()]
    faithful = bool(telling) and sum(word in own for word in telling) >= FAITHFUL * len(telling)
    shared = 0.0 if len(words(text)) <= 3 else PAIRS_SHARED
    return faithful and pairs_shared(text, material) >= shared


def pairs_shared(text: str, material: Material) -> float:
    """Share of an English line's neighbouring words that are neighbours in the record too: 1 for a quotation."""
    own = set(pairwise(stem(word) for word in words(" . ".join((material.name, *material.phrases)))))
    there = list(pairwise(stem(word) for word in words(text)))
    return sum(pair in own for pair in there) / len(there) if there else 0.0


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if HAN.match(text[at]) and HAN.match(text[at + 1])}


def _echoes(text: str, material: Material, prompt: str, language: str) -> list[str]:
    """Runs of words that a line shares with an example's answer: the library's words, not the model's."""
    if text in _example_lines(prompt, language):
        return [text]
    facts = {run for fact in material.licence for run in _runs(fact, language)}
    examples = _example_runs(prompt, language)
    return [run for run in _runs(text, language) if run in examples and run not in facts and _telling(run, language)][
        :1
    ]


def _telling(run: str, language: str) -> bool:
    """Has the run words of meaning? `on the way` is nobody's."""
    return language == "zh" or sum(stem(word) not in function_stems() for word in run.split()) > 1


@cache
def _example_runs(prompt: str, language: str) -> frozenset[str]:
    shots = load_prompt(prompt, language).file.shots
    return frozenset(run for shot in shots for line in shot.assistant.splitlines() for run in _runs(line, language))


@cache
def _example_lines(prompt: str, language: str) -> frozenset[str]:
    shots = load_prompt(prompt, language).file.shots
    return frozenset(line.strip() for shot in shots for line in shot.assistant.splitlines())


def _runs(text: str, language: str) -> list[str]:
    """Slots are no words, and no run goes across one; a line without slots that is shorter than a run is one."""
    pieces = SLOT.split(text)[::2]
    size, joint = (RUN * 2, "") if language == "zh" else (RUN, " ")
    told = [re.findall(r"[\u4e00-\u9fff\w]", piece) if language == "zh" else words(piece) for piece in pieces]
    if len(told) == 1:
        size = min(size, max(len(told[0]), 1))
    return [joint.join(tokens[i : i + size]) for tokens in told for i in range(len(tokens) - size + 1)]
