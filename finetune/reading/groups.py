"""One question with the pages that it is asked of, as training meets it, and several of them as one batch.

A page is met whole or in a part, as a search finds pages; beside it stand others of its shop, the likeliest to be
mistaken first.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.page_reader import rectangle
from engine.protocol import ReadablePage
from engine.reader_layout import Row, lay_out
from finetune.reading.pages import PLAIN, PageQuestion, ReadingPage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from engine.protocol import Embedder

CUT = 0.5
"""chance that a page is met in a part"""
SHORTEST = 4
"""sentences of a part"""
OTHERS = 1
"""page beside the one that a question hangs on"""
AMONG = 4
"""of the nearest pages, these are drawn from"""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, the page it hangs on, and the pages of its shop that might be mistaken for it, nearest first."""

    question: PageQuestion
    page: ReadingPage
    others: tuple[ReadingPage, ...]

    @property
    def plain(self) -> bool:
        return self.question in self.page.questions[-PLAIN:]


@dataclass(frozen=True, slots=True)
class Group:
    """A question laid out with some pages: rows, and for each of their sentences whether it answers."""

    rows: tuple[Row, ...]
    right: tuple[tuple[bool, ...], ...]


def askings(pages: Sequence[ReadingPage], embedder: Embedder) -> Iterator[Asking]:
    """Every question of one shop."""
    texts = [f"{page.title}: " + " ".join(text for _, text in page.sentences) for page in pages]
    near = embedder.embed(texts, "passage")
    for at, page in enumerate(pages):
        asked = embedder.embed([question.ask for question in page.questions], "query")
        for question, vector in zip(page.questions, asked, strict=True):
            nearest = np.argsort(-(near @ vector), kind="stable")
            yield Asking(question, page, tuple(pages[other] for other in nearest if other != at)[:AMONG])


def group(asking: Asking, tokenizer: Tokenizer, chance: random.Random) -> Group:
    """The question as it is met this time."""
    answering = asking.page.answering(asking.question)
    others = chance.sample(asking.others, min(OTHERS, len(asking.others)))
    met = [_part(asking.page, answering, chance), *(_part(page, frozenset(), chance) for page in others)]
    rows, right = [], []
    for page, answers in met:
        for row in lay_out(tokenizer, asking.question.ask, page):
            rows.append(row)
            right.append(tuple(number in answers for number in row.sentences))
    return Group(tuple(rows), tuple(right))


def _part(page: ReadingPage, answers: frozenset[int], chance: random.Random) -> tuple[ReadablePage, frozenset[int]]:
    """The page, or a stretch of it that has all answers; and the answers' numbers in that."""
    sentences, first, last = page.sentences, 0, len(page.sentences) - 1
    if chance.random() < CUT and len(sentences) > SHORTEST:
        low, high = (min(answers), max(answers)) if answers else (last, 0)
        size = max(chance.randint(SHORTEST, len(sentences)), high - low + 1)
        first = chance.randint(max(0, high - size + 1), min(low, len(sentences) - size))
        last = first + size - 1
    part = ReadablePage(page.title, sentences[first : last + 1])
    return part, frozenset(number - first for number in answers)


def batched(groups: Sequence[Group]) -> dict[str, Any]:
    """What the network takes of several questions, `right` of shape (rows, most sentences) as 1, 0 and -1 for none,
    and `of`, the number of each row's question."""
    import torch

    rows = [row for one in groups for row in one.rows]
    ids, mask, owners, places = (torch.from_numpy(array) for array in rectangle(rows))
    right: NDArray[np.int64] = np.full((len(rows), len(places) - 1), -1)
    for at, marks in enumerate(marks for one in groups for marks in one.right):
        right[at, : len(marks)] = marks
    of = [number for number, one in enumerate(groups) for _ in one.rows]
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "owners": owners,
        "places": places,
        "right": torch.from_numpy(right),
        "of": torch.tensor(of),
    }
