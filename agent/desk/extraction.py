"""The sentences of found passages that best answer a question: idf-weighted word overlap, meaning, and kind of answer.

They are what the model is shown, the yardstick for what it writes, and the answer itself where it writes nothing better.
It knows nothing of the model, of policy, or of how an answer is worded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.desk.expected import Expected
from agent.desk.sentences import Quotable, cut_passage
from agent.desk.triggers import triggered
from agent.desk.words import vocabulary
from core.facts import Passage
from engine.protocol import Embedder

HEADING_SHARE = 0.7
"""what a question's word counts when only the heading above a sentence has it"""
BACKGROUND_SHARE = 0.5
"""what a word of the turn before counts in a follow-up"""
SECOND_GAIN = 0.12
"""share of the question that a second sentence must add to be quoted too"""
_LEANS_BACK = re.compile(
    r"(it|this|that|these|those|they|otherwise|however|but|also|in this case|if so|then)\b|否则|但|此|该|这|它|另外|不过",
    re.I,
)
_GOES_ON = re.compile(r"(otherwise|however|but|except|unless|other|only|exceptions?)\b|否则|但|除|不过|仅|例外", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the desk looks for its answer."""

    text: str
    query: str
    """what is searched for: the text, behind the questions that it leans on"""
    language: str
    terms: tuple[str, ...]
    """its content terms, without repeats"""
    background: tuple[str, ...]
    """terms of the turn before, in a follow-up"""
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and how well it answers. All shares are in 0..1."""

    sentence: Quotable
    coverage: float
    """share of the question's words, by weight, that it or its heading has"""
    meaning: float
    """cosine of question and sentence"""
    gives: bool
    """whether it has the kind of answer asked for; True where any will do"""
    score: float


def rank_sentences(asked: Asked, passages: Sequence[Passage], embedder: Embedder, most: int = 24) -> list[Candidate]:
    """Sentences of `passages`, best first, at most `most`. Orders to an assistant that stand in a passage are left out."""
    sentences = quotable_sentences(passages)
    if not sentences:
        return []
    weights = term_weights(asked, sentences)
    covered = [coverage(asked, sentence, weights) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda i: -covered[i])[:most]
    vectors = embedder.embed([f"{sentences[i].heading}: {sentences[i].text}" for i in order], "passage")
    meaning = vectors @ embedder.embed([asked.query], "query")[0]
    low, high = float(np.min(meaning)), float(np.max(meaning))
    ranked = []
    for i, near in zip(order, meaning, strict=True):
        gives = asked.expected is None or asked.expected.given_in(sentences[i].text)
        relative = (float(near) - low) / (high - low) if high > low else 1.0
        score = 0.6 * covered[i] + 0.4 * relative - (0.0 if gives else 0.25)
        ranked.append(Candidate(sentences[i], covered[i], float(near), gives, score))
    return sorted(ranked, key=lambda candidate: -candidate.score)


def quotable_sentences(passages: Sequence[Passage]) -> list[Quotable]:
    """Every sentence of `passages` that may be shown: none from a paragraph that gives an assistant orders."""
    safe = []
    for passage in passages:
        sentences = cut_passage(passage)
        planted = {s.place for s in sentences if triggered("planted", s.quote)}
        whole = [s for s in sentences if not any(_one_paragraph(passage, s, sentences[p]) for p in planted)]
        safe += [s for s in whole if s.place not in planted]
    return safe


def term_weights(asked: Asked, sentences: Sequence[Quotable]) -> dict[str, float]:
    """Inverse document frequency of the question's terms among `sentences`; one that none has weighs most."""
    words = [vocabulary(f"{s.heading} {s.text}", s.passage.language) for s in sentences]
    weights = {}
    for term in (*asked.background, *asked.terms):
        holding = sum(term in known for known in words)
        share = 1.0 if term in asked.terms else BACKGROUND_SHARE
        weights[term] = share * math.log(1.0 + (len(words) + 1) / (holding + 0.5))
    return weights


def coverage(asked: Asked, sentence: Quotable, weights: dict[str, float]) -> float:
    """Share of `weights` that the sentence carries; 0 for a question without content words."""
    language = sentence.passage.language
    said, above = vocabulary(sentence.text, language), vocabulary(sentence.heading, language)
    carried = sum(
        weight * (1.0 if term in said else HEADING_SHARE if term in above else 0.0) for term, weight in weights.items()
    )
    return carried / total if (total := sum(weights.values())) else 0.0


def choose_quotation(asked: Asked, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best sentence, with at most one more of its passage that it leans on, or that adds to the answer; in the
    passage's order. Empty where nothing was ranked.
    """
    if not ranked:
        return ()
    best = ranked[0]
    near = {c.sentence.place: c for c in ranked if c.sentence.passage.id == best.sentence.passage.id}
    place = best.sentence.place
    before, after = near.get(place - 1), near.get(place + 1)
    if before and _LEANS_BACK.match(best.sentence.text):
        return before, best
    if after and _GOES_ON.match(after.sentence.text):
        return best, after
    adding = _adding(asked, best, [c for c in ranked[1:6] if c.sentence.passage.source == best.sentence.passage.source])
    return (
        tuple(sorted((best, adding), key=lambda c: (c.sentence.passage.start, c.sentence.place))) if adding else (best,)
    )


def _adding(asked: Asked, best: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """The first of `others` that carries enough of the question's words that `best` lacks."""
    have = vocabulary(f"{best.sentence.heading} {best.sentence.text}", best.sentence.passage.language)
    missing = [term for term in asked.terms if term not in have]
    for other in others:
        gain = [term for term in missing if term in vocabulary(other.sentence.text, other.sentence.passage.language)]
        if gain and len(gain) / len(asked.terms) >= SECOND_GAIN and other.score >= 0.5 * best.score:
            return other
    return None


def _one_paragraph(passage: Passage, one: Quotable, other: Quotable) -> bool:
    low, high = sorted((one, other), key=lambda s: s.start)
    return "\n\n" not in passage.text[low.start : high.start + 1]
