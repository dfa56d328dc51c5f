"""The pages that a tuned model reads: the best sentences of each passage found, with those around them.

An untuned model copies what it is shown, so it is shown the quotation alone; one that was tuned to read is shown
what a person would look at, near misses too, and says itself where they do not answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.desk.extraction import Candidate, quotable_sentences
from agent.desk.knowledge import Finding
from agent.desk.sentences import Quotable

PAGES = 3
BEFORE, AFTER = 1, 2
"""sentences shown around the best one of a passage"""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a passage as the model is shown it."""

    title: str
    sentences: tuple[Quotable, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


def pages(finding: Finding) -> tuple[Page, ...]:
    """At most `PAGES`, the quotation's first; nothing that gives an assistant orders is among them."""
    found: dict[str, Page] = {}
    for candidate in (*finding.quotation, *finding.ranked):
        passage = candidate.sentence.passage
        if passage.id not in found and len(found) < PAGES:
            chosen = [one for one in finding.quotation if one.sentence.passage.id == passage.id] or [candidate]
            found[passage.id] = Page(passage.title.partition(" > ")[0], tuple(_around(chosen)))
    return tuple(found.values())


def shown_candidates(finding: Finding, read: Sequence[Page]) -> tuple[Candidate, ...]:
    """Every sentence of these pages, the ranked ones as they were ranked: what an answer may stand on."""
    ranked = {(one.sentence.passage.id, one.sentence.place): one for one in finding.ranked}
    return tuple(
        ranked.get((sentence.passage.id, sentence.place), Candidate(sentence, 0.0, 0.0, False, 0.0))
        for page in read
        for sentence in page.sentences
    )


def _around(chosen: Sequence[Candidate]) -> Iterator[Quotable]:
    places = {candidate.sentence.place for candidate in chosen}
    first, last = min(places) - BEFORE, max(places) + AFTER
    for sentence in quotable_sentences([chosen[0].sentence.passage]):
        if first <= sentence.place <= last:
            yield sentence
