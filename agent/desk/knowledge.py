"""What the shop's own pages and records say to a question: passages, their best sentences, and whether they answer it.

Retrieval finds, extraction picks, pointedness judges. No model is asked here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.desk.extraction import Asked, Candidate, choose_quotation, quotable_sentences, rank_sentences, term_weights
from agent.desk.pointedness import Answerability, answerable
from agent.desk.words import vocabulary
from core.facts import Passage

if TYPE_CHECKING:
    from agent.house import House

PASSAGES = 6
_HEADINGS = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


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
    found = house.retrieval.search_passages(asked.query, asked.language, audience="customer", k=PASSAGES)
    known = {passage.source for passage in extra}
    others = [with_headings(house, passage) for passage in found.passages if passage.source not in known]
    passages = (*extra, *others)
    ranked = tuple(rank_sentences(asked, passages, house.embedder))
    weights = term_weights(asked, quotable_sentences(passages)) if passages else {}
    quotation = choose_quotation(asked, ranked)
    verdict = answerable(asked, quotation, weights)
    if not found.enough and not any(c.sentence.passage in extra for c in quotation):
        verdict = Answerability(False, "below the floor of the search")
    return Finding(passages, ranked, weights, quotation, verdict)


def with_headings(house: House, passage: Passage) -> Passage:
    """`passage` with the headings above it in its title, as `Title > Heading`: they say what it is about."""
    if not passage.source.startswith("document:"):
        return passage
    document = house.store.shop.document(passage.source.removeprefix("document:"))
    above: list[tuple[int, str]] = []
    for found in _HEADINGS.finditer(document.text, 0, passage.start):
        level = len(found[1])
        above = [(depth, title) for depth, title in above if depth < level] + [(level, found[2])]
    parts = dict.fromkeys([passage.title, *(title for _, title in above)])
    return replace(passage, title=" > ".join(parts))


def is_internal(house: House, source: str) -> bool:
    """Whether `source` is a document written for the desk, which a customer is told of but does not read."""
    if not source.startswith("document:"):
        return False
    return house.store.shop.document(source.removeprefix("document:")).visibility != "public"


def unknown_words(asked: Asked, finding: Finding) -> tuple[str, ...]:
    """The question's terms that nothing found has, for the record."""
    have = frozenset().union(*(vocabulary(f"{p.title} {p.text}", p.language) for p in finding.passages))
    return tuple(term for term in asked.terms if term not in have)
