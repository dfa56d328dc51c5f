"""The sentences of found passages that best answer a question: idf-weighted word overlap, meaning, and kind of
answer.

They are what the model is shown, the yardstick for what it writes, and the answer itself where it writes nothing
better. It knows nothing of the model, of policy, or of how an answer is worded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.desk.expected import Expected
from agent.desk.sentences import Quotable, cut_passage
from agent.desk.triggers import triggered
from agent.desk.words import carried, vocabulary
from core.facts import Passage
from engine.protocol import Embedder

WORDS, MEANING, RANK, KIND, INTRODUCTION = 0.4, 0.5, 0.1, 0.25, 0.1
"""what a sentence's score is made of: the question's words it carries, nearness in meaning among those at hand,
the place of its passage in the search, the kind of answer asked for, a fitting title above a document's first words"""
ALIKE, NEIGHBOUR_ALIKE, ITEM_ALIKE = 0.93, 0.88, 0.85
"""shares of the best score from which on the next sentence, and a list's other items, belong to the answer too"""
HEADING_SHARE = 0.7
"""what a question's word counts when only the heading above a sentence has it"""
BACKGROUND_SHARE = 0.5
"""what a word of the turn before counts in a follow-up"""
SECOND_GAIN = 0.12
"""share of the question that a second sentence must add to be quoted too"""
_LEANS_BACK = re.compile(
    r"(it|this|that|these|those|they|otherwise|however|but|also|in this case|if so|then)\b|否则|但|此|该|这|它|另外"
    r"|不过",
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
    """Sentences of `passages`, best first, at most `most`. Orders to an assistant in a passage are left out."""
    sentences = quotable_sentences(passages)
    if not sentences:
        return []
    weights = term_weights(asked, sentences)
    covered = [coverage(asked, sentence, weights) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda i: -covered[i])[:most]
    vectors = embedder.embed([f"{sentences[i].heading}: {sentences[i].text}" for i in order], "passage")
    meaning = vectors @ embedder.embed([asked.query], "query")[0]
    low, high = float(np.min(meaning)), float(np.max(meaning))
    places = {passage.id: place for place, passage in enumerate(passages)}
    ranked = []
    for i, near in zip(order, meaning, strict=True):
        sentence = sentences[i]
        relative = (float(near) - low) / (high - low) if high > low else 1.0
        first = 1.0 - places[sentence.passage.id] / len(places)
        gives, bonus = _kind_of_answer(asked, sentence)
        bonus += INTRODUCTION * _title_share(asked, sentence, weights) if sentence.passage.start == 0 else 0.0
        score = WORDS * covered[i] + MEANING * relative + RANK * first + bonus
        ranked.append(Candidate(sentence, covered[i], float(near), gives, score))
    return sorted(ranked, key=lambda candidate: -candidate.score)


def _title_share(asked: Asked, sentence: Quotable, weights: dict[str, float]) -> float:
    """Share of the question that the title has: then the document's first words answer it in general."""
    above = vocabulary(sentence.heading, asked.language)
    total = sum(weights.values())
    return sum(weight * carried(term, above) for term, weight in weights.items()) / total if total else 0.0


def _kind_of_answer(asked: Asked, sentence: Quotable) -> tuple[bool, float]:
    """Whether the sentence gives the kind of answer that is needed, and what that does to its score."""
    if asked.expected is None:
        return True, 0.0
    gives = asked.expected.given_in(sentence.quote) or asked.expected.given_in(sentence.text)
    if asked.expected.needed:
        return gives, 0.0 if gives else -KIND
    return True, KIND / 2 if gives else 0.0


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
        holding = sum(carried(term, known) for known in words)
        share = 1.0 if term in asked.terms else BACKGROUND_SHARE
        weights[term] = share * math.log(1.0 + (len(words) + 1) / (holding + 0.5))
    return weights


def coverage(asked: Asked, sentence: Quotable, weights: dict[str, float]) -> float:
    """Share of `weights` that the sentence carries; 0 for a question without content words."""
    language = sentence.passage.language
    said, above = vocabulary(sentence.text, language), vocabulary(sentence.heading, language)
    total = sum(weights.values())
    have = sum(
        weight * max(carried(term, said), HEADING_SHARE * carried(term, above)) for term, weight in weights.items()
    )
    return have / total if total else 0.0


def choose_quotation(asked: Asked, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best sentence with what belongs to it: other items of its list that fit as well (three at most in all), the
    sentence it leans on, or one more that adds to the answer; in the passage's order. Empty where nothing was ranked.
    """
    if not ranked:
        return ()
    best = ranked[0]
    near = {c.sentence.place: c for c in ranked if c.sentence.passage.id == best.sentence.passage.id}
    if len(items := _items_alike(best, near)) > 1:
        return items
    before, after = near.get(best.sentence.place - 1), near.get(best.sentence.place + 1)
    if before and _LEANS_BACK.match(best.sentence.text):
        return before, best
    if after and (_GOES_ON.match(after.sentence.text) or _as_good(after, best)):
        return best, after
    if before and _as_good(before, best):
        return before, best
    adding = _adding(asked, best, [c for c in ranked[1:6] if c.sentence.passage.source == best.sentence.passage.source])
    both = (best, adding) if adding else (best,)
    return tuple(sorted(both, key=lambda c: (c.sentence.passage.start, c.sentence.place)))


def _items_alike(best: Candidate, near: Mapping[int, Candidate]) -> tuple[Candidate, ...]:
    """The items of the best one's list that answer about as well, where the question does not tell them apart."""
    if not best.sentence.listed:
        return (best,)
    alike = [
        c
        for c in near.values()
        if c.sentence.listed
        and abs(c.coverage - best.coverage) < 0.02
        and c.gives
        and c.score >= ITEM_ALIKE * best.score
    ]
    places = sorted(alike, key=lambda c: abs(c.sentence.place - best.sentence.place))[:3]
    return tuple(sorted(places, key=lambda c: c.sentence.place))


def _as_good(other: Candidate, best: Candidate) -> bool:
    """Whether a neighbour belongs to the answer: it fits as well, or nearly, and carries as much."""
    full = other.coverage >= best.coverage - 0.02 and other.score >= NEIGHBOUR_ALIKE * best.score
    return other.gives and (full or other.score >= ALIKE * best.score)


def _adding(asked: Asked, best: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """The first of `others` that carries enough of the question's words that `best` lacks."""
    have = vocabulary(f"{best.sentence.heading} {best.sentence.text}", best.sentence.passage.language)
    missing = [term for term in asked.terms if carried(term, have) < 1.0]
    for other in others:
        said = vocabulary(other.sentence.text, other.sentence.passage.language)
        gain = [term for term in missing if carried(term, said) == 1.0]
        if gain and len(gain) / len(asked.terms) >= SECOND_GAIN and other.score >= 0.5 * best.score:
            return other
    return None


def _one_paragraph(passage: Passage, one: Quotable, other: Quotable) -> bool:
    low, high = sorted((one, other), key=lambda s: s.start)
    return "\n\n" not in passage.text[low.start : high.start + 1]
