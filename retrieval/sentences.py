"""Cutting text into sentences, English and Chinese, by exact offsets: `text[start:end]` is the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A Latin stop ends a sentence only before white space and not after an abbreviation or a single initial; a Chinese
# stop always does, with the closing quotes that follow it.
_END = re.compile(r"[。！？；…]+[”’」』）]*|(?<!\be\.g)(?<!\bi\.e)(?<!\bNo)(?<!\b[A-Z])[.!?]+[\"'”’)\]]*(?=\s|$)")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
CJK_CHARACTERS_A_WORD = 1.7


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets in characters, end exclusive."""

    start: int
    end: int


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences of `text[start:end]`, white space at their edges left out, empty ones dropped."""
    end = len(text) if end is None else end
    spans, begin = [], start
    for stop in _END.finditer(text, start, end):
        spans.append(Span(begin, stop.end()))
        begin = stop.end()
    spans.append(Span(begin, end))
    return [span for span in (_stripped(text, span) for span in spans) if span.start < span.end]


def sentences(text: str) -> list[str]:
    """The sentences themselves."""
    return [text[span.start : span.end] for span in sentence_spans(text)]


def length_in_words(text: str) -> float:
    """Words, where 1.7 Chinese characters count as one: 200 characters fill as much as some 120 words."""
    return len(_LATIN.findall(text)) + len(_CJK.findall(text)) / CJK_CHARACTERS_A_WORD


def _stripped(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
