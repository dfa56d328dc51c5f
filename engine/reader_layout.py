"""A question and a page as one row of tokens, the same for training the page reader and for serving it.

    <s> query: the question </s> title </s> heading: sentence </s> sentence </s> heading: sentence </s>

Every token has an owner: the question, one sentence, or nobody (titles, headings, marks). A page that is too long is
laid out in several rows, question and title before each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.protocol import ReadablePage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ROOM = 384
"""tokens of a row"""
QUESTION_ROOM, SENTENCE_ROOM, TITLE_ROOM = 96, 128, 24
BEGIN, END = 0, 2
"""ids of XLM-RoBERTa's marks"""
NOBODY, ASKED, FIRST = -1, 0, 1
"""owners: of marks and headings, of the question's tokens, of the first sentence's in a row"""


@dataclass(slots=True)
class Row:
    """One row. `sentences` are numbers in the page, in the order of their owners from `FIRST` on."""

    ids: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)

    def add(self, ids: Iterable[int], owner: int = NOBODY) -> None:
        before = len(self.ids)
        self.ids.extend(ids)
        self.owners.extend([owner] * (len(self.ids) - before))


def lay_out(tokenizer: Tokenizer, question: str, page: ReadablePage) -> Iterator[Row]:
    """The rows of one page; none where it has no sentence."""
    asked = _ids(tokenizer, f"query: {question}", QUESTION_ROOM)
    title = _ids(tokenizer, page.title, TITLE_ROOM)
    row, heading = _begun(asked, title), ""
    for number, (above, text) in enumerate(page.sentences):
        said = _ids(tokenizer, text, SENTENCE_ROOM)
        under = _ids(tokenizer, f"{above}:", TITLE_ROOM) if above and above != heading else []
        if row.sentences and len(row.ids) + len(under) + len(said) + 1 > ROOM:
            yield row
            row = _begun(asked, title)
            under = _ids(tokenizer, f"{above}:", TITLE_ROOM) if above else []
        row.add(under)
        row.add(said, FIRST + len(row.sentences))
        row.add([END])
        row.sentences.append(number)
        heading = above
    if row.sentences:
        yield row


def _begun(asked: Sequence[int], title: Sequence[int]) -> Row:
    row = Row()
    row.add([BEGIN])
    row.add(asked, ASKED)
    row.add([END, *title, END])
    return row


def _ids(tokenizer: Tokenizer, text: str, room: int) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids[:room]
