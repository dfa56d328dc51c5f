"""The sentences of found passages that best answer a question, by weights fitted on questions to shops of other trades.

They are what the model is shown, the yardstick for what it writes, and the answer itself where it writes nothing
better. It knows nothing of the model, of policy, or of how an answer is worded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.desk.expected import Expected
from agent.desk.fitted import load_fitted
from agent.desk.nearness import nearness
from agent.desk.sentences import Quotable, cut_passage
from agent.desk.traits import SENTENCE_TRAITS, Numbers, sentence_traits, terms_held
from agent.desk.triggers import triggered
from agent.desk.words import carried, vocabulary
from core.facts import Passage
from engine.protocol import Embedder

MOST_RANKED = 120
"""sentences looked at; more than six passages of a shop have"""
ITEM_ALIKE = 0.4
"""share of the best score from which on a list's other items belong to the answer too"""
SECOND_ALIKE = {True: 0.1, False: 0.3}
"""the same of one more sentence: of the same source, of another"""
THIRD_ALIKE = 0.3
"""the same of a third one, of the same source"""
BACKGROUND_SHARE = 0.5
"""what a word of the turn before counts in a follow-up"""
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
    """share of the odds among all that were ranked: how likely it is the best answer, if any is"""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Sentences with all that ranking needs, whatever the weights."""

    sentences: tuple[Quotable, ...]
    traits: Numbers
    """(sentences, traits), see agent/desk/traits.py"""
    covered: Numbers
    near: NDArray[np.float32]
    gives: tuple[bool, ...]

    def ranked(self, weights: Numbers) -> list[Candidate]:
        """The sentences, best first by `weights` of their traits."""
        odds = self.traits @ weights
        shares = np.exp(odds - odds.max())
        shares /= shares.sum()
        rows = zip(self.sentences, self.covered, self.near, self.gives, shares, strict=True)
        found = [Candidate(one, float(words), float(near), gives, float(s)) for one, words, near, gives, s in rows]
        return sorted(found, key=lambda candidate: -candidate.score)


def rank_sentences(asked: Asked, passages: Sequence[Passage], embedder: Embedder) -> list[Candidate]:
    """Sentences of `passages`, best first, at most `MOST_RANKED`. Orders to an assistant in a passage are left out."""
    measured = measure_sentences(asked, passages, embedder)
    return measured.ranked(load_fitted().sentence_weights(SENTENCE_TRAITS)) if measured else []


def measure_sentences(asked: Asked, passages: Sequence[Passage], embedder: Embedder) -> Measured | None:
    """What `rank_sentences` ranks by; None where nothing may be quoted."""
    sentences = quotable_sentences(passages)
    if not sentences:
        return None
    weights = term_weights(asked, sentences)
    held = terms_held(weights, sentences)
    if len(sentences) > MOST_RANKED:
        best = np.sort(np.argsort(-held.share(held.weights), kind="stable")[:MOST_RANKED])
        sentences = [sentences[i] for i in best]
        held = terms_held(weights, sentences)
    near = nearness(asked.query, [f"{one.heading}: {one.text}" for one in sentences], embedder)
    gives = tuple(_gives(asked, one) for one in sentences)
    needed = asked.expected is not None and asked.expected.needed
    traits = sentence_traits(sentences, held, gives if needed else None, asked.text, near)
    return Measured(tuple(sentences), traits, held.share(held.weights), near, gives)


def _gives(asked: Asked, sentence: Quotable) -> bool:
    """Whether the sentence gives the kind of answer that is needed; True where any will do."""
    wanted = asked.expected
    if wanted is None or not wanted.needed:
        return True
    return wanted.given_in(sentence.quote) or wanted.given_in(sentence.text)


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


def choose_quotation(asked: Asked, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best sentence with what belongs to it: other items of its list that fit as well (three at most in all), the
    sentence it leans on, or the next best where they may be it as well; in the passages' order. Empty where nothing was
    ranked.
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
    if after and _GOES_ON.match(after.sentence.text):
        return best, after
    chosen = (best, *_others(best, ranked[1:6]))
    return tuple(sorted(chosen, key=lambda c: (c.sentence.passage.source != best.sentence.passage.source, *_where(c))))


def _where(candidate: Candidate) -> tuple[int, int]:
    return candidate.sentence.passage.start, candidate.sentence.place


def _others(best: Candidate, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The next best one or two that may be the answer as well."""

    def alike(one: Candidate) -> bool:
        return one.score >= SECOND_ALIKE[one.sentence.passage.source == best.sentence.passage.source] * best.score

    def alike_still(one: Candidate) -> bool:
        return one.sentence.passage.source == best.sentence.passage.source and one.score >= THIRD_ALIKE * best.score

    for place, second in enumerate(ranked):
        if alike(second):
            return second, *[third for third in ranked[place + 1 :] if alike_still(third)][:1]
    return ()


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


def _one_paragraph(passage: Passage, one: Quotable, other: Quotable) -> bool:
    low, high = sorted((one, other), key=lambda s: s.start)
    return "\n\n" not in passage.text[low.start : high.start + 1]
