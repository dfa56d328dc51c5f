"""The sentences of found passages that best answer a question, by weights fitted on questions to shops of other trades.

They are what the model is shown, the yardstick for what it writes, and the answer itself where it writes nothing
better. It knows nothing of the model, of policy, or of how an answer is worded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.desk.expected import Expected
from agent.desk.fitted import load_fitted
from agent.desk.nearness import nearness
from agent.desk.page_reading import read_sentences
from agent.desk.sentences import Quotable, cut_passage
from agent.desk.traits import SENTENCE_TRAITS, Numbers, sentence_traits, terms_held
from agent.desk.triggers import triggered
from agent.desk.words import carried, vocabulary
from core.facts import Passage
from engine.protocol import Embedder, PageReader

MOST_RANKED = 120
"""sentences looked at; more than six passages of a shop have"""
BACKGROUND_SHARE = 0.5
"""what a word of the turn before counts in a follow-up"""


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
    read: float = 0.0
    """the page reader's logit that it answers"""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Sentences with all that ranking needs, whatever the weights."""

    sentences: tuple[Quotable, ...]
    traits: Numbers
    """(sentences, traits), see agent/desk/traits.py"""
    covered: Numbers
    near: NDArray[np.float32]
    read: NDArray[np.float32]
    gives: tuple[bool, ...]

    def ranked(self, weights: Numbers) -> list[Candidate]:
        """The sentences, best first by `weights` of their traits."""
        odds = self.traits @ weights
        shares = np.exp(odds - odds.max())
        shares /= shares.sum()
        rows = zip(self.sentences, self.covered, self.near, self.gives, shares, self.read, strict=True)
        found = [Candidate(one, float(w), float(near), gives, float(s), float(r)) for one, w, near, gives, s, r in rows]
        return sorted(found, key=lambda candidate: -candidate.score)


def rank_sentences(
    asked: Asked, passages: Sequence[Passage], embedder: Embedder, reader: PageReader
) -> list[Candidate]:
    """Sentences of `passages`, best first, at most `MOST_RANKED`. Orders to an assistant in a passage are left out."""
    measured = measure_sentences(asked, passages, embedder, reader)
    return measured.ranked(load_fitted().sentence_weights(SENTENCE_TRAITS)) if measured else []


def measure_sentences(
    asked: Asked, passages: Sequence[Passage], embedder: Embedder, reader: PageReader
) -> Measured | None:
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
    read = read_sentences(asked.query, sentences, reader)
    gives = tuple(_gives(asked, one) for one in sentences)
    needed = asked.expected is not None and asked.expected.needed
    traits = sentence_traits(sentences, held, gives if needed else None, asked.text, near, read)
    return Measured(tuple(sentences), traits, held.share(held.weights), near, read, gives)


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


def _one_paragraph(passage: Passage, one: Quotable, other: Quotable) -> bool:
    low, high = sorted((one, other), key=lambda s: s.start)
    return "\n\n" not in passage.text[low.start : high.start + 1]
