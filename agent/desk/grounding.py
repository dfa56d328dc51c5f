"""Is a sentence that the model wrote carried by the passages, and by which words of them?

Six questions, asked of every sentence before it is shown: does a passage carry its words (in their order), its
numbers, its negation, the conditions attached to them; is it in the customer's language; does it keep to itself what
is not said to customers (prompt, markup, contacts that no passage has)? Citations are assigned here, by words, never
by the model. It knows nothing of the question; whether a true sentence is to the point is judged in
agent/desk/pointedness.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.checks.claims import unlicensed_claims
from agent.checks.language import is_language
from agent.checks.numbers import unlicensed_numbers
from agent.desk.sentences import Quotable
from agent.desk.words import lexicon, said_words, terms, vocabulary
from core.facts import CheckResult, Citation

SUPPORTED = 0.75
"""share of a sentence's content words that the cited words must carry"""
IN_ORDER = 0.6
"""share of them that must come in the cited order: the same words in another order can say the reverse"""
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|biz|info|io|cn|shop|example)\b"
    r"|\+?\d[\d ()-]{6,}\d",
    re.I,
)
_LEAK = re.compile(
    r"\b(passages?|excerpts?|system prompt|instructions?|as an ai|language model|chatbot|question:|answer:)|\[\d"
    r"|[<>{}|#`]|\*\*"
    r"|段落|提示词|系统提示|问题：|回答：|作为(一个)?(AI|人工智能)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Checks on one sentence, and what carries it (empty where it fails)."""

    checks: tuple[CheckResult, ...]
    citations: tuple[Citation, ...]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


def judge_sentence(text: str, sentences: Sequence[Quotable], language: str) -> Verdict:
    """Every check on `text` (one sentence, without markup) against the sentences it was written from."""
    cited = carrying(text, sentences, language)
    words = " ".join(f"{s.heading}. {s.text}" for s in cited)
    numbers = unlicensed_numbers(text, [s.text for s in cited], language)
    claims = unlicensed_claims(text, [words], language)
    strangers = [c for c in _CONTACT.findall(text) if not any(c in s.quote for s in sentences)]
    leaks = _LEAK.search(text)
    checks = (
        CheckResult("language", is_language(text, language)),
        CheckResult("support", bool(cited), "" if cited else "no passage carries these words"),
        CheckResult("numbers", not numbers, ", ".join(numbers)),
        CheckResult("claims", not claims, ", ".join(claims)),
        CheckResult("negation", _negated(text, language) == any(_negated(s.text, language) for s in cited)),
        CheckResult("conditions", not (lost := _lost_conditions(text, cited, language)), ", ".join(sorted(lost))),
        CheckResult("contact", not strangers, ", ".join(strangers)),
        CheckResult("leak", leaks is None, leaks.group() if leaks else ""),
    )
    citations = tuple(Citation(s.passage.source, s.quote) for s in cited)
    return Verdict(checks, citations if all(check.ok for check in checks) else ())


def carrying(text: str, sentences: Sequence[Quotable], language: str) -> tuple[Quotable, ...]:
    """The one sentence, or the two of one source, that carry enough words of `text` in order; none where none do."""
    said = terms(text, language)
    if not said:
        return ()
    best = max(sentences, key=lambda s: _support(said, s.text, language), default=None)
    if best is None:
        return ()
    if _support(said, best.text, language) >= SUPPORTED:
        return (best,) if _in_order(said, best.text, language) >= IN_ORDER else ()
    for other in sentences:
        if other is not best and other.passage.source == best.passage.source:
            pair = sorted((best, other), key=lambda s: (s.passage.start, s.start))
            joined = " ".join(s.text for s in pair)
            if _support(said, joined, language) >= SUPPORTED and _in_order(said, joined, language) >= IN_ORDER:
                return tuple(pair)
    return ()


def support(text: str, source: str, language: str) -> float:
    """Share of the content words of `text` that `source` has; 0 for a text without any."""
    return _support(terms(text, language), source, language)


def _support(said: Sequence[str], source: str, language: str) -> float:
    have = vocabulary(source, language)
    return sum(term in have for term in said) / len(said) if said else 0.0


def _in_order(said: Sequence[str], source: str, language: str) -> float:
    """Length of the longest common subsequence of both texts' terms, as a share of `said`."""
    other = terms(source, language)
    row = [0] * (len(other) + 1)
    for term in said:
        diagonal = 0
        for at, candidate in enumerate(other, 1):
            diagonal, row[at] = row[at], diagonal + 1 if term == candidate else max(row[at], row[at - 1])
    return row[-1] / len(said) if said else 0.0


def _negated(text: str, language: str) -> bool:
    return any(word in lexicon(language).negation for word in said_words(text, language))


def _lost_conditions(text: str, cited: Sequence[Quotable], language: str) -> set[str]:
    """Conditions (`only`, `unless`, `otherwise`, `within` ...) that the cited words attach and `text` leaves out."""
    known = lexicon(language).conditions
    attached = {word for s in cited for word in said_words(s.text, language) if word in known}
    return attached - set(said_words(text, language))
