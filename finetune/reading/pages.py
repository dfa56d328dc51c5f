"""The shops that the desk's reader learns from: pages of sentences, and questions with the sentences that answer them.

A file of JSON lines is one invented shop, a line one of its pages. The trades of the held-out shops and those of the
corpora that the desk's weights are fitted on are not among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from core.errors import UserError
from finetune.rows import read_rows

SHOPS = Path(__file__).with_name("shops")
LONGEST = {"en": 320, "zh": 130}
"""characters of a sentence"""
UNANSWERED = (0.25, 0.45)
"""share of a shop's questions that none of its pages answers: least and most"""
PLAIN = 4
"""questions at the end of each page that are plain ones, in its own words; those before are hard"""
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Section:
    """Sentences under one heading; the heading may be empty."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, config=_STRICT)
class PageQuestion:
    """`answers`: how each sentence that answers begins, word by word; empty where the shop does not say."""

    ask: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, config=_STRICT)
class ReadingPage:
    id: str
    language: Literal["en", "zh"]
    title: str
    sections: tuple[Section, ...]
    questions: tuple[PageQuestion, ...]

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """(heading, sentence) of all, in order."""
        return tuple((section.heading, text) for section in self.sections for text in section.sentences)

    def answering(self, question: PageQuestion) -> frozenset[int]:
        """Numbers of the sentences that answer. Raises `UserError` where a beginning is that of none, or of two."""
        return frozenset(self._beginning(start) for start in question.answers)

    def _beginning(self, start: str) -> int:
        found = [at for at, (_, text) in enumerate(self.sentences) if start and text.startswith(start)]
        if len(found) != 1:
            raise UserError(f"{self.id}: answers", start, f"how one sentence begins, not {len(found)}")
        return found[0]


def reading_shops(folder: Path = SHOPS) -> dict[str, tuple[ReadingPage, ...]]:
    """All shops by name. Raises `UserError` naming file, line and field."""
    return {path.stem: read_rows(path, ReadingPage) for path in sorted(folder.glob("*.jsonl"))}


def problems(pages: Sequence[ReadingPage]) -> Iterator[str]:
    """What is wrong with a shop, a line each."""
    yield from _repeated("page id", [page.id for page in pages])
    yield from _repeated("question", [question.ask.lower() for page in pages for question in page.questions])
    for page in pages:
        yield from (f"{page.id}: too long: {text}" for _, text in page.sentences if len(text) > LONGEST[page.language])
        yield from _repeated(f"{page.id}: sentence", [text for _, text in page.sentences])
        for question in page.questions:
            try:
                page.answering(question)
            except UserError as error:
                yield str(error)
    asked = [question for page in pages for question in page.questions]
    share = sum(not question.answers for question in asked) / max(1, len(asked))
    if not UNANSWERED[0] <= share <= UNANSWERED[1]:
        yield f"share of questions without an answer: {share:.2f}, wanted {UNANSWERED[0]} to {UNANSWERED[1]}"


def _repeated(what: str, values: Sequence[str]) -> Iterator[str]:
    yield from (f"{what} comes {count} times: {value}" for value, count in Counter(values).items() if count > 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m finetune.reading.pages [FILE ...]`: every problem; exit status 3 where there is one."""
    import sys

    paths = [Path(one) for one in (sys.argv[1:] if arguments is None else arguments)] or sorted(SHOPS.glob("*.jsonl"))
    failed = False
    for path in paths:
        try:
            pages = read_rows(path, ReadingPage)
            found = list(problems(pages))
        except UserError as error:
            pages, found = (), [str(error)]
        failed = failed or bool(found)
        asked = sum(len(page.questions) for page in pages)
        print(f"{path.stem}: {len(pages)} pages, {asked} questions", *found, sep="\n  ")
    return 3 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
