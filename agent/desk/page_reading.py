"""What the page reader makes of found sentences: each is read on its page, below its heading, beside the question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.desk.sentences import Quotable
from engine.protocol import PageReader, ReadablePage


def read_sentences(question: str, sentences: Sequence[Quotable], reader: PageReader) -> NDArray[np.float32]:
    """The logit of each of `sentences` that it answers; those of one passage stand together. Shape (sentences,)."""
    passages = [*dict.fromkeys(one.passage.id for one in sentences)]
    pages = [_page([one for one in sentences if one.passage.id == passage]) for passage in passages]
    return np.concatenate(reader.read(question, pages))


def _page(sentences: Sequence[Quotable]) -> ReadablePage:
    title = sentences[0].passage.title
    return ReadablePage(title, tuple((one.heading.removeprefix(title).strip(), one.text) for one in sentences))
