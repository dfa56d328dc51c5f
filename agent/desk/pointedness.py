"""Does anything found answer the question? And does a text answer it at least as well as the quotation at hand?

The first is a small logistic model over three features, fitted on 150 questions to the demo shop and a retail policy
(a third of them without an answer there): the search's own confidence, the share of the question's words that the
quotation carries, and their nearness in meaning. The second compares words and kinds of answer. No language model is
asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agent.desk.extraction import Asked, Candidate
from agent.desk.words import carried, vocabulary

CONFIDENCE, COVERAGE, NEARNESS, INTERCEPT = 0.53, 3.75, 60.0, -1.57
"""weights: of the log odds of the search's confidence, of the share of words, of the cosine above `USUAL`"""
USUAL = {"en": 0.875, "zh": 0.90}
"""cosine of e5-small, on these questions, between one and the sentence quoted for it: Chinese lies closer together"""
THRESHOLD = 0.6
"""probability from which on the desk answers. Ten-fold: 9 of 10 right quotations are shown, 1 in 10 questions
without an answer gets one"""
GIVER_COVERED = 0.2
"""share of the question that the very sentence must carry which gives the kind of answer asked for ..."""
GIVER_NEARER = 0.02
"""... or how much nearer than usual it must be in meaning"""


@dataclass(frozen=True, slots=True)
class Answerability:
    """Whether the quotation answers; `why` not, in a few words for people."""

    ok: bool
    why: str


def answerable(
    asked: Asked, quotation: Sequence[Candidate], weights: dict[str, float], confidence: float
) -> Answerability:
    """Judges the sentences chosen for `asked`. `weights` are those of its terms among all that was found, `confidence`
    (0 to 1) is the search's.
    """
    if not quotation:
        return Answerability(False, "nothing found")
    if asked.expected and asked.expected.needed:
        givers = [c for c in quotation if c.gives]
        if not givers:
            return Answerability(False, f"no {asked.expected.kind} found")
        usual = USUAL.get(asked.language, USUAL["en"])
        if not any(c.coverage >= GIVER_COVERED or c.meaning >= usual + GIVER_NEARER for c in givers):
            return Answerability(False, f"a {asked.expected.kind} found, but of something else")
    probability = _probability(asked, quotation, weights, confidence)
    return Answerability(probability >= THRESHOLD, f"probability {probability:.2f} that what was found answers")


def _probability(asked: Asked, quotation: Sequence[Candidate], weights: dict[str, float], confidence: float) -> float:
    share = covered_share(" ".join(f"{c.sentence.heading} {c.sentence.text}" for c in quotation), asked, weights)
    near = max(c.meaning for c in quotation) - USUAL.get(asked.language, USUAL["en"])
    sure = min(max(confidence, 0.01), 0.99)
    total = INTERCEPT + CONFIDENCE * math.log(sure / (1.0 - sure)) + COVERAGE * share + NEARNESS * near
    return 1.0 / (1.0 + math.exp(-total))


def covered_share(text: str, asked: Asked, weights: dict[str, float]) -> float:
    """Share of the question's `weights` whose terms stand in `text`."""
    have = vocabulary(text, asked.language)
    total = sum(weights.values())
    return sum(weight * carried(term, have) for term, weight in weights.items()) / total if total else 0.0


def on_point(text: str, asked: Asked, quotation: Sequence[Candidate], weights: dict[str, float]) -> bool:
    """Whether `text` may stand in place of `quotation`: it has the kind of answer asked for, carries as much of the
    question, and says more than the question itself did.
    """
    if asked.expected and asked.expected.needed and not asked.expected.given_in(text):
        return False
    quoted = " ".join(c.sentence.text for c in quotation)
    if covered_share(text, asked, weights) < 0.9 * covered_share(quoted, asked, weights):
        return False
    new = vocabulary(text, asked.language) - set(asked.terms)
    return bool(new & vocabulary(quoted, asked.language))
