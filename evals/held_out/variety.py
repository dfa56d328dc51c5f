"""How varied are the texts of a run, and are they but repeated from what was learned?

distinct-n (Li et al. 2016, arXiv:1510.03055), self-BLEU (Zhu et al. 2018, arXiv:1802.01886, by sacrebleu), and the
likeness of each text to the nearest one of the training corpus.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import median

from evals.held_out.results import Measure
from evals.likeness import TOO_ALIKE, distinct, grams, likeness

SAMPLE = 100
"""texts of which self-BLEU is taken: each is held against all others"""
SEED = 11


def variety(texts: Sequence[str], language: str, learned: Sequence[str] = ()) -> tuple[Measure, ...]:
    """All measures of one language's texts; none where there are fewer than two."""
    if len(texts) < 2:
        return ()
    found = [
        Measure("distinct-1", language, distinct(texts, 1), len(texts)),
        Measure("distinct-2", language, distinct(texts, 2), len(texts)),
        Measure("self-BLEU", language, self_bleu(texts, language), min(len(texts), SAMPLE)),
    ]
    if learned:
        nearest = likeness_to(texts, learned)
        repeated = sum(one >= TOO_ALIKE for one in nearest) / len(nearest)
        found.append(Measure("likeness to the nearest learned text, median", language, median(nearest), len(texts)))
        found.append(Measure(f"learned texts said again (likeness {TOO_ALIKE:g})", language, repeated, len(texts)))
    return tuple(found)


def self_bleu(texts: Sequence[str], language: str) -> float:
    """The mean BLEU-4 of a text against all the others, 0 to 1: less is more varied. Chinese by characters."""
    from sacrebleu.metrics.bleu import BLEU

    sample = random.Random(SEED).sample(list(texts), min(len(texts), SAMPLE))
    metric = BLEU(effective_order=True, lowercase=True, tokenize="zh" if language == "zh" else "13a")
    scores = [metric.sentence_score(text, sample[:at] + sample[at + 1 :]).score for at, text in enumerate(sample)]
    return sum(scores) / len(scores) / 100


def likeness_to(texts: Sequence[str], learned: Sequence[str]) -> list[float]:
    """For each text its likeness to the learned one that is most like it."""
    known = [grams(text) for text in learned]
    return [max((likeness(grams(text), other) for other in known), default=0.0) for text in texts]
