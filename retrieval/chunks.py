"""Cutting a document into passages that stand where they say: `document.text[start : start + len(text)] == text`.

A passage never crosses a Markdown heading; it is a run of whole sentences or list items of some 60 to 120 words
(about 200 Chinese characters). The headings above it are kept beside it, for they often name what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.shop import Document
from retrieval.sentences import Span, length_in_words, sentence_spans

TARGET_WORDS = 60
LIMIT_WORDS = 120

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)、])\s+")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$|^\s*\|?[\s:|-]+\|?\s*$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document. `headings` are those above it, outermost first."""

    text: str
    start: int
    headings: tuple[str, ...]


def chunk_document(document: Document) -> list[Chunk]:
    """The passages of a document, in its order. Text between the same two headings is packed greedily."""
    return [
        Chunk(document.text[span.start : span.end], span.start, headings)
        for headings, units in _sections(document.text)
        for span in _packed(document.text, units)
    ]


def heading_path(title: str, chunk: Chunk) -> str:
    """`Returns > Boots > Worn`: the document's title and the headings above a passage, each once."""
    return " > ".join(dict.fromkeys(part.strip() for part in (title, *chunk.headings) if part.strip()))


def _sections(text: str) -> Iterator[tuple[tuple[str, ...], list[Span]]]:
    """(headings above, spans of sentences and list items) of each part between headings."""
    above: list[tuple[int, str]] = []
    units: list[Span] = []
    for block in _blocks(text):
        heading = _HEADING.match(text[block.start : block.end].rstrip())
        if not heading:
            units += sentence_spans(text, block.start, block.end)
            continue
        if units:
            yield tuple(title for _, title in above), units
        units = []
        level = len(heading[1])
        above = [(depth, title) for depth, title in above if depth < level] + [(level, heading[2].strip())]
    if units:
        yield tuple(title for _, title in above), units


def _blocks(text: str) -> Iterator[Span]:
    """Headings, list items and paragraphs. A wrapped line belongs to the paragraph or item above it."""
    begin, offset = 0, 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        heading, rule = _HEADING.match(bare), not bare or _RULE.match(bare)
        if heading or rule or _ITEM.match(bare) or bare.lstrip().startswith("|"):
            if begin < offset:
                yield Span(begin, offset)
            begin = offset
        offset += len(line)
        if heading:
            yield Span(begin, offset)
        if heading or rule:
            begin = offset
    if begin < offset:
        yield Span(begin, offset)


def _packed(text: str, units: list[Span]) -> Iterator[Span]:
    """Runs of neighbouring units, each at most `LIMIT_WORDS` long unless one sentence alone is longer."""
    pieces = [piece for unit in units for piece in _halved(text, unit)]
    current = pieces[0]
    for piece in pieces[1:]:
        so_far = length_in_words(text[current.start : current.end])
        joined = length_in_words(text[current.start : piece.end])
        if so_far >= TARGET_WORDS or joined > LIMIT_WORDS:
            yield current
            current = piece
        else:
            current = Span(current.start, piece.end)
    yield current


def _halved(text: str, span: Span) -> Iterator[Span]:
    """A sentence too long for one passage is cut in two at white space or a comma near its middle, again and again."""
    if length_in_words(text[span.start : span.end]) <= LIMIT_WORDS:
        yield span
        return
    middle = (span.start + span.end) // 2
    breaks = [found.end() for found in re.finditer(r"[\s,，、;：]", text[span.start : span.end])]
    inner = [span.start + at for at in breaks if 0 < at < span.end - span.start]
    cut = min(inner, key=lambda at: abs(at - middle), default=middle)
    yield from _halved(text, Span(span.start, cut))
    yield from _halved(text, Span(cut, span.end))
