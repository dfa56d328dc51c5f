"""What is measured of each sentence against a question, as a row of numbers for the fitted weights.

The words that name a product count apart from the rest: they are in every sentence of its record, so they say which
record is meant and nothing of what is asked. It knows nothing of weights, of verdicts or of the model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.desk.sentences import Quotable
from agent.desk.words import carried, vocabulary

Numbers = NDArray[np.float64]
HEADING_SHARE = 0.7
"""what a question's word counts when only the heading above a sentence has it"""
HAN_LETTERS = 0.35
"""what a Chinese character says, in Latin letters: to compare lengths"""
COSINES = 10.0
"""e5 cosines lie within a tenth of each other"""
SENTENCE_TRAITS = (
    "words",  # share of the question's words, by weight, in the sentence or its heading; names of products left out
    "own_words",  # in the sentence alone
    "heading_words",  # in the heading alone
    "around",  # in the sentence, those beside it, or the heading
    "all_words",  # as `words`, names of products counted
    "names",  # 1 where it has a product's name that the question has
    "near",  # nearness in meaning with its heading, below the nearest of all
    "beside",  # nearness of the nearer neighbour
    "passage_near",  # of the nearest sentence of its passage
    "place",  # of its passage in the search: 1 for the first
    "kind",  # 1 or -1 where the question needs a kind of answer: whether it gives that
    "number",  # 1 where it has a number
    "said_number",  # how many of the question's numbers it has
    "length",  # logarithm of its letters
    "record",  # 1 where it is of a product's record
    "opening",  # `heading_words` of a document's first passage
    "read",  # the page reader's logit that it answers
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Held:
    """Which of a question's terms each sentence holds. Shapes: (sentences, terms), weights (terms,) that sum to 1."""

    said: Numbers
    above: Numbers
    weights: Numbers
    unnamed: Numbers
    """weights without the terms that name a product"""

    def share(self, weights: Numbers) -> Numbers:
        """Of `weights`, what each sentence or its heading has."""
        return np.asarray(np.maximum(self.said, HEADING_SHARE * self.above) @ weights, np.float64)


def terms_held(weights: Mapping[str, float], sentences: Sequence[Quotable]) -> Held:
    """Which of the terms in `weights` each sentence holds."""
    said = [vocabulary(one.text, one.passage.language) for one in sentences]
    above = [vocabulary(one.heading, one.passage.language) for one in sentences]
    other = unnamed(weights, sentences)
    heavy, rest = [*weights.values()], [other.get(term, 0.0) for term in weights]
    return Held(_table(weights, said), _table(weights, above), _shares(heavy), _shares(rest))


def unnamed(weights: Mapping[str, float], sentences: Sequence[Quotable]) -> dict[str, float]:
    """`weights` without the terms that name a product whose record is among `sentences`."""
    records = {one.heading: one.passage.language for one in sentences if is_record(one)}
    names = frozenset().union(*(vocabulary(heading, language) for heading, language in records.items()))
    return {term: weight for term, weight in weights.items() if term not in names}


def sentence_traits(
    sentences: Sequence[Quotable],
    held: Held,
    gives: Sequence[bool] | None,
    question: str,
    near: NDArray[np.float32],
    read: NDArray[np.float32],
) -> Numbers:
    """Shape (sentences, traits), in the order of `SENTENCE_TRAITS`. `gives`: whether each has the kind of answer that
    is needed, None where none is; `near`: cosines of the question and each, its heading before it; `read`: the page
    reader's logits.
    """
    passages = [one.passage.id for one in sentences]
    first_met = {passage: place for place, passage in enumerate(dict.fromkeys(passages))}
    before, after = _neighbours(passages)
    said = np.maximum(np.maximum(held.said, held.said[before]), held.said[after])
    best = {passage: max(near[i] for i, p in enumerate(passages) if p == passage) for passage in first_met}
    own = np.arange(len(sentences))
    beside = np.maximum(np.where(before != own, near[before], 0.7), np.where(after != own, near[after], 0.7))
    heading = held.above @ held.unnamed
    numbers = [set(_NUMBER.findall(one.text)) for one in sentences]
    columns = (
        held.share(held.unnamed),
        held.said @ held.unnamed,
        heading,
        np.maximum(said, HEADING_SHARE * held.above) @ held.unnamed,
        held.share(held.weights),
        (np.maximum(held.said, held.above)[:, held.unnamed == 0.0].sum(axis=1) > 0).astype(np.float64),
        COSINES * (near - near.max()),
        COSINES * (beside - near.max()),
        [COSINES * (best[passage] - near.max()) for passage in passages],
        [1.0 - first_met[passage] / len(first_met) for passage in passages],
        [0.0] * len(sentences) if gives is None else [1.0 if one else -1.0 for one in gives],
        [float(bool(found)) for found in numbers],
        [float(len(found & set(_NUMBER.findall(question)))) for found in numbers],
        [math.log(1.0 + len(s.text) / (HAN_LETTERS if s.passage.language == "zh" else 1.0)) for s in sentences],
        [float(is_record(one)) for one in sentences],
        [share * (one.passage.start == 0) for share, one in zip(heading, sentences, strict=True)],
        read,
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def is_record(sentence: Quotable) -> bool:
    """Whether it is of a product's record."""
    return sentence.passage.source.startswith("product:")


def _table(weights: Mapping[str, float], known: Sequence[frozenset[str]]) -> Numbers:
    found = [[carried(term, words) for term in weights] for words in known]
    return np.array(found, np.float64).reshape(len(known), len(weights))


def _shares(weights: Sequence[float]) -> Numbers:
    total = sum(weights) or 1.0
    return np.array([weight / total for weight in weights], np.float64)


def _neighbours(passages: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the sentences before and after each, in its passage; its own where there is none."""
    many = len(passages)
    before = [i - 1 if i and passages[i - 1] == passages[i] else i for i in range(many)]
    after = [i + 1 if i + 1 < many and passages[i + 1] == passages[i] else i for i in range(many)]
    return np.array(before, np.int64), np.array(after, np.int64)
