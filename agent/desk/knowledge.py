"""What the shop's own pages and records say to a question: passages, their best sentences, and whether they answer it.

Retrieval finds, extraction picks, pointedness judges. No model is asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from agent.desk.extraction import Asked, Candidate, quotable_sentences, rank_sentences, term_weights
from agent.desk.overview import overview
from agent.desk.pointedness import Answerability, answerable
from agent.desk.quotation import choose_quotation
from agent.desk.words import reworded, vocabulary
from core.facts import Passage

if TYPE_CHECKING:
    from agent.house import House

PASSAGES = 12
"""asked of each search; products' records are among them"""
PAGES = 8
"""of the knowledge, weighed together"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. `quotation` is the answer in the shop's own words, where `verdict` is ok."""

    passages: tuple[Passage, ...]
    ranked: tuple[Candidate, ...]
    weights: dict[str, float]
    quotation: tuple[Candidate, ...]
    verdict: Answerability

    @property
    def any_word(self) -> bool:
        """Whether any passage has any word of the question."""
        return any(candidate.coverage > 0 for candidate in self.ranked)


def find(house: House, asked: Asked, extra: Sequence[Passage] = ()) -> Finding:
    """Search the knowledge for `asked`; `extra` passages (products' records) are weighed with what is found."""
    passages, confidence = searched(house, asked, extra)
    ranked = tuple(rank_sentences(asked, passages, house.embedder, house.page_reader))
    weights = term_weights(asked, quotable_sentences(passages)) if passages else {}
    if beginning := overview(house, asked, passages):
        told = Answerability(True, "the page on what was asked begins so")
        return Finding(passages, (*beginning, *ranked), weights, beginning, told)
    quotation = choose_quotation(ranked)
    verdict = answerable(asked, quotation, ranked, weights, confidence)
    return Finding(passages, ranked, weights, quotation, verdict)


def searched(house: House, asked: Asked, extra: Sequence[Passage] = ()) -> tuple[tuple[Passage, ...], float]:
    """`extra`, then the pages for the question as it was put and as the lexicon would put it, in turn, each once; and
    the better confidence (0 to 1).
    """
    searches = [
        house.retrieval.search_passages(query, asked.language, audience="customer", k=PASSAGES)
        for query in dict.fromkeys((asked.query, *reworded(asked.query, asked.language)))
    ]
    by_turns = (passage for row in zip_longest(*(found.passages for found in searches)) for passage in row if passage)
    unique = {passage.id: passage for passage in by_turns if _is_page(passage)}
    return (*extra, *[*unique.values()][:PAGES]), max(found.confidence for found in searches)


def _is_page(passage: Passage) -> bool:
    """Whether it is a page of the knowledge. A product that no name in the question means is found by chance, and its
    record answers about itself alone.
    """
    return passage.source.startswith("document:")


def is_internal(house: House, source: str) -> bool:
    """Whether `source` is a document written for the desk, which a customer is told of but does not read."""
    if not source.startswith("document:"):
        return False
    return house.store.shop.document(source.removeprefix("document:")).visibility != "public"


def unknown_words(asked: Asked, finding: Finding) -> tuple[str, ...]:
    """The question's terms that nothing found has, for the record."""
    have = frozenset().union(*(vocabulary(f"{p.title} {p.text}", p.language) for p in finding.passages))
    return tuple(term for term in asked.terms if term not in have)
