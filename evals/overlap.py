"""How much a text shares with a person's: BLEU-4 and ROUGE, over the tokens that the caller cuts it into.

BLEU: Papineni et al. 2002, by sacrebleu, the mean over sentences. ROUGE-1, -2 and -L: Lin 2004, the F-measure, by
rouge-score. Chinese has no spaces, and figures over characters and over words differ widely: say which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

Cut = Callable[[str], list[str]]
ROUGES = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Means over all pairs, 0 to 100."""

    bleu_4: float
    rouge_1: float
    rouge_2: float
    rouge_l: float


def characters(text: str) -> list[str]:
    """Every character that is no white space."""
    return [character for character in text if not character.isspace()]


def chinese_words(text: str) -> list[str]:
    """The words that jieba finds."""
    import jieba

    jieba.setLogLevel(60)
    return [str(word) for word in jieba.cut(text) if str(word).strip()]


def overlap(texts: Sequence[str], references: Sequence[str], cut: Cut) -> Overlap:
    """Of each text with the reference at its place."""
    pairs = [(" ".join(cut(text)), " ".join(cut(other))) for text, other in zip(texts, references, strict=True)]
    rouges = [_rouge(text, reference) for text, reference in pairs]
    means = [100 * fmean(each) for each in zip(*rouges, strict=True)]
    return Overlap(fmean(_bleu(*pair) for pair in pairs), *means)


def _bleu(text: str, reference: str) -> float:
    from sacrebleu.metrics.bleu import BLEU

    return float(BLEU(tokenize="none", effective_order=True).sentence_score(text, [reference]).score)


def _rouge(text: str, reference: str) -> list[float]:
    from rouge_score.rouge_scorer import RougeScorer

    scores = RougeScorer(list(ROUGES), tokenizer=_Spaces()).score(reference, text)
    return [scores[name].fmeasure for name in ROUGES]


class _Spaces:
    """rouge-score's own tokenizer drops everything but Latin letters."""

    def tokenize(self, text: str) -> list[str]:
        return text.split()
