"""Questions to the training shops as the support desk meets them: what it finds, and which sentences answer.

The rows of a corpus say which words carry an answer; a sentence is right where it lies in them, and the more so the
more of the answer it has. It fits nothing (`finetune.desk_fit` does).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agent.desk.extraction import Asked, Measured, measure_sentences, quotable_sentences, term_weights
from agent.desk.grounding import support
from agent.desk.knowledge import searched
from agent.desk.memory import understand
from agent.desk.products import product_passage, products_meant
from agent.desk.tools import MOST_PRODUCTS
from agent.desk.traits import Numbers
from agent.house import House
from agent.refresh import refresh
from core.settings import Settings
from finetune.rows import SupportRow, read_rows
from shop.loading import load_shop
from store.conversations import Turn

if TYPE_CHECKING:
    from core.facts import Passage

GOOD = 0.5
"""share of the best sentence's part in the answer, from which on another is right as well"""
LEARNT_FROM = ("answerable", "not_covered")
"""kinds of row; the others are for the rules to stop"""


@dataclass(frozen=True, slots=True, eq=False)
class DeskExample:
    """One question to one shop."""

    shop: str
    asked: Asked
    answerable: bool
    measured: Measured
    right: Numbers
    """(sentences,), 0 where it does not answer, 1 for the one that answers best"""
    weights: dict[str, float]
    confidence: float


def desk_examples(folder: Path, settings: Settings) -> Iterator[DeskExample]:
    """The examples of the training shop in `folder`, loaded in a home that is thrown away. Raises as loading does."""
    rows = read_rows(folder / "rows" / "support.jsonl", SupportRow)
    with tempfile.TemporaryDirectory(prefix="hawker-desk-") as home:
        own = {
            "home": Path(home),
            "models": settings.models_dir,
            "database_url": None,
            "key_file": None,
            "chroma_url": None,
        }
        with House(settings.model_copy(update=own)) as house:
            load_shop(house.store, folder)
            refresh(house)
            for row in rows:
                if row.kind in LEARNT_FROM and (example := _example(house, folder.name, row)):
                    yield example


def _example(house: House, shop: str, row: SupportRow) -> DeskExample | None:
    turns = [Turn(before.question, before.answer, "answer", ()) for before in row.history]
    asked = understand(row.question, row.language, turns)
    meant = products_meant(house, asked, ()).products
    few = meant if len(meant) <= MOST_PRODUCTS else ()
    passages, confidence = searched(house, asked, [product_passage(product, asked.language) for product in few])
    measured = measure_sentences(asked, passages, house.embedder, house.page_reader)
    if measured is None:
        return None
    right = _right(row, measured, passages)
    weights = term_weights(asked, quotable_sentences(passages))
    return DeskExample(shop, asked, row.kind == "answerable", measured, right, weights, confidence)


def _right(row: SupportRow, measured: Measured, passages: tuple[Passage, ...]) -> Numbers:
    """How much of the row's answer each sentence has that lies in the words it cites, the best one 1."""
    cited = [_plain(row.passages[place].text) for place in row.cites]
    within = [any(_plain(one.text) in text or text in _plain(one.text) for text in cited) for one in measured.sentences]
    parts = [
        0.01 + support(row.answer, one.text, row.language) if here else 0.0
        for one, here in zip(measured.sentences, within, strict=True)
    ]
    best = max(parts, default=0.0)
    return np.array([part / best if best and part >= GOOD * best else 0.0 for part in parts], np.float64)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("**", "").split())
