"""Does anything found answer the question? And does a text answer it at least as well as the quotation at hand?

The first is a small logistic model over what was found, fitted on questions to shops of other trades (see
finetune/desk_fit.py). The second compares words and kinds of answer. No language model is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.desk.extraction import Asked, Candidate
from agent.desk.fitted import load_fitted
from agent.desk.traits import is_record, unnamed
from agent.desk.words import carried, plain_text, vocabulary

USUAL = {"en": 0.875, "zh": 0.90}
"""cosine of e5-small, on these questions, between one and the sentence quoted for it: Chinese lies closer together"""
_YES_OR_NO = re.compile(
    r"^(and |but |so |ok |hi,? |hello,? )?(is|are|do|does|did|can|could|will|would|may|has|have|am|must)\b"
)
"""English alone: the Chinese questions at hand are too few to weigh their 吗"""
CLOSE = 0.35
"""probability from which on a tuned model is asked whether the pages answer"""
RELATED = 0.2
"""probability from which on the page is worth naming beside the hand-off"""
GIVER_COVERED = 0.2
"""share of the question that the very sentence must carry which gives the kind of answer asked for ..."""
GIVER_NEARER = 0.02
"""... or how much nearer than usual it must be in meaning"""


@dataclass(frozen=True, slots=True)
class Answerability:
    """Whether the quotation answers; `why` not, in a few words for people."""

    ok: bool
    why: str
    close: bool = False
    """not sure enough to quote, but worth a reader's look"""
    related: bool = False
    """no answer, but a page that a customer who waits for a person may want to look at"""


def answerable(
    asked: Asked,
    quotation: Sequence[Candidate],
    ranked: Sequence[Candidate],
    weights: dict[str, float],
    confidence: float,
) -> Answerability:
    """Judges the sentences chosen for `asked` among those `ranked`. `weights` are those of its terms among all that was
    found, `confidence` (0 to 1) is the search's.
    """
    if not quotation:
        return Answerability(False, "nothing found")
    fitted = load_fitted()
    probability = fitted.probability(answer_traits(asked, ranked, weights, confidence))
    lacking = _kind_lacking(asked, quotation)
    sure = not lacking and probability >= fitted.threshold
    why = lacking or f"probability {probability:.2f} that what was found answers"
    return Answerability(sure, why, close=not sure and probability >= CLOSE, related=probability >= RELATED)


def _kind_lacking(asked: Asked, quotation: Sequence[Candidate]) -> str:
    """Why the quotation gives no answer of the kind asked for, in words; empty if it does, or none was asked for."""
    if not asked.expected or not asked.expected.needed:
        return ""
    givers = [c for c in quotation if c.gives]
    if not givers:
        return f"no {asked.expected.kind} found"
    usual = USUAL.get(asked.language, USUAL["en"])
    near = any(c.coverage >= GIVER_COVERED or c.meaning >= usual + GIVER_NEARER for c in givers)
    return "" if near else f"a {asked.expected.kind} found, but of something else"


def answer_traits(
    asked: Asked, ranked: Sequence[Candidate], weights: dict[str, float], confidence: float
) -> dict[str, float]:
    """What the verdict is reached from; `ranked` is not empty. Shares are of the question's words without the names of
    products; cosines are taken above `USUAL`, times 20.
    """
    best, usual = ranked[0], USUAL.get(asked.language, USUAL["en"])
    source = best.sentence.passage.source
    other = next((c.score for c in ranked if c.sentence.passage.source != source), 0.0)
    words = unnamed(weights, [c.sentence for c in ranked])
    sure = min(max(confidence, 0.01), 0.99)
    needed = asked.expected is not None and asked.expected.needed
    return {
        "confidence": math.log(sure / (1.0 - sure)),
        "score": best.score,
        "source_score": sum(c.score for c in ranked if c.sentence.passage.source == source),
        "lead": min(5.0, math.log(best.score / other)) if other else 5.0,
        "words": best.coverage,
        "own_words": covered_share(best.sentence.text, asked, words),
        "two_words": covered_share(_texts(ranked[:2]), asked, words),
        "all_words": covered_share(_texts(ranked), asked, words),
        "near": 20.0 * (best.meaning - usual),
        "nearest": 20.0 * (max(c.meaning for c in ranked) - usual),
        "kind": (1.0 if best.gives else -1.0) if needed else 0.0,
        "record": float(is_record(best.sentence)),
        "any_record": float(any(is_record(c.sentence) for c in ranked)),
        "terms": math.log(1.0 + len(words)),
        "read": best.read,
        "read_any": _any_answers([c.read for c in ranked]),
        "yes_or_no": float(bool(_YES_OR_NO.search(plain_text(asked.text)))),
    }


def _any_answers(logits: Sequence[float]) -> float:
    """The logit that one of these answers, by the page reader, which weighs each against nothing."""
    most = max(logits)
    return most + math.log(sum(math.exp(logit - most) for logit in logits))


def _texts(candidates: Sequence[Candidate]) -> str:
    return " ".join(f"{c.sentence.heading} {c.sentence.text}" for c in candidates)


def covered_share(text: str, asked: Asked, weights: dict[str, float]) -> float:
    """Share of the question's `weights` whose terms stand in `text`."""
    have = vocabulary(text, asked.language)
    total = sum(weights.values())
    return sum(weight * carried(term, have) for term, weight in weights.items()) / total if total else 0.0


def of_its_kind(text: str, asked: Asked) -> bool:
    """Whether `text` has the kind of answer asked for (a price, a duration ...), if one was."""
    return not asked.expected or not asked.expected.needed or asked.expected.given_in(text)


def on_point(text: str, asked: Asked, quotation: Sequence[Candidate], weights: dict[str, float]) -> bool:
    """Whether `text` may stand in place of `quotation`: it has the kind of answer asked for, carries as much of the
    question, and says more than the question itself did.
    """
    if not of_its_kind(text, asked):
        return False
    quoted = " ".join(c.sentence.text for c in quotation)
    if covered_share(text, asked, weights) < 0.9 * covered_share(quoted, asked, weights):
        return False
    new = vocabulary(text, asked.language) - set(asked.terms)
    return bool(new & vocabulary(quoted, asked.language))
