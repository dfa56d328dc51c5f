"""Does a text answer this question at least as well as the quotation that lies at hand? And does anything found answer it?

Both compare words by weight and kinds of answer; neither asks a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.desk.extraction import Asked, Candidate
from agent.desk.words import carried, vocabulary

COVERED = 0.5
"""share of the question's words, by weight, that the quotation must carry"""
HALF_COVERED = 0.3
"""enough, where the quotation's meaning is near as well"""
GIVER_COVERED = 0.35
"""share that the very sentence must carry which gives the kind of answer asked for"""
NEAR = 0.88
"""cosine of e5-small between a question and a sentence that answers it in other words"""

NOT_HOPELESS, QUITE_NEAR, ALL_BUT_WHOLE = 0.2, 0.87, 0.9
"""confidence of the search, cosine and coverage that together overrule its floor"""


@dataclass(frozen=True, slots=True)
class Answerability:
    """Whether the quotation answers; `why` not, in a word or two for people."""

    ok: bool
    why: str


def answerable(asked: Asked, quotation: Sequence[Candidate], weights: dict[str, float]) -> Answerability:
    """Judges the sentences chosen for `asked`. `weights` are those of its terms among all that was found."""
    if not quotation:
        return Answerability(False, "nothing found")
    if asked.expected and asked.expected.needed:
        givers = [c for c in quotation if c.gives]
        if not givers:
            return Answerability(False, f"no {asked.expected.kind} found")
        if max(c.coverage for c in givers) < GIVER_COVERED:
            return Answerability(False, f"a {asked.expected.kind} found, but of something else")
    share = covered_share(" ".join(f"{c.sentence.heading} {c.sentence.text}" for c in quotation), asked, weights)
    near = max(c.meaning for c in quotation) >= NEAR
    if share >= COVERED or (near and share >= HALF_COVERED):
        return Answerability(True, "")
    return Answerability(False, "what was found is about something else")


def second_opinion(
    asked: Asked, quotation: Sequence[Candidate], weights: dict[str, float], confidence: float
) -> bool:
    """Whether the quotation answers although the search's floor, which sees no synonyms, was not reached: it carries all but
    the whole question, is near in meaning, and the search was not sure of the contrary.
    """
    words = " ".join(f"{c.sentence.heading} {c.sentence.text}" for c in quotation)
    near = max((c.meaning for c in quotation), default=0.0)
    return confidence >= NOT_HOPELESS and near >= QUITE_NEAR and covered_share(words, asked, weights) >= ALL_BUT_WHOLE


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
