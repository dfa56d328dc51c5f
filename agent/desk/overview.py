"""A question about all that a page is about ("Do you have gift cards?", 支持退货吗): its answer is how the page begins.

The fitted weights look for the one sentence that answers. Here none does: every sentence of the page has the question's
words, and the one that has them best is about some special case. It asks no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.desk.extraction import Asked, Candidate, quotable_sentences
from agent.desk.words import carried, terms, vocabulary
from core.facts import Passage

if TYPE_CHECKING:
    from agent.house import House
    from core.shop import Document

MOST_SENTENCES = 3
"""of a page's beginning; a longer one is no summary"""
_GENERAL = frozenset(
    (*terms("policy rules information details offer", "en"), *terms("政策 规定 信息 说明 支持 提供 服务", "zh"))
)
"""what may be said of any subject, so that titles need not"""
_HEADING = re.compile(r"^#{1,6}\s+.*$", re.MULTILINE)


def overview(house: House, asked: Asked, passages: Sequence[Passage]) -> tuple[Candidate, ...]:
    """The beginning of the page among `passages` whose title says all that is asked; empty where there is none.

    A follow-up, or a question for a price, a time or another kind of answer, is about something within the page.
    """
    if asked.background or (asked.expected is not None and asked.expected.needed):
        return ()
    subject = [term for term in asked.terms if term not in _GENERAL]
    for document in _pages(house, asked.language, subject, passages):
        beginning = quotable_sentences([_beginning(document)])
        if 0 < len(beginning) <= MOST_SENTENCES:
            return tuple(Candidate(one, coverage=1.0, meaning=1.0, gives=True, score=1.0) for one in beginning)
    return ()


def _pages(house: House, language: str, subject: Sequence[str], passages: Sequence[Passage]) -> list[Document]:
    """The public pages found whose title has every term of `subject`, those first whose title says least else."""
    about: list[tuple[int, Document]] = []
    for source in dict.fromkeys(passage.source for passage in passages if passage.source.startswith("document:")):
        document = house.store.shop.document(source.removeprefix("document:"))
        title = vocabulary(document.title, language)
        readable = document.language == language and document.visibility == "public"
        if readable and subject and all(carried(term, title) for term in subject):
            about.append((len(title), document))
    return [document for _, document in sorted(about, key=lambda one: one[0])]


def _beginning(document: Document) -> Passage:
    """What stands before the first heading, the page's own title aside."""
    text = document.text
    title = _HEADING.match(text)
    start = title.end() if title else 0
    following = _HEADING.search(text, start)
    end = following.start() if following else len(text)
    return Passage(
        f"document:{document.id}#beginning",
        f"document:{document.id}",
        document.title,
        text[start:end],
        document.language,
        score=1.0,
        start=start,
    )
