"""Customers' questions without end, each in words of its own: what was asked before is answered from the store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.support_suite import read_questions

FILE = Path(__file__).parents[1] / "questions" / "demo.jsonl"
OPENERS = (
    *("", "Hi, ", "Hello, ", "Hi there, ", "Good morning, ", "Good evening, ", "Hey, ", "Sorry to bother you, "),
    *("Just wondering: ", "Quick question: ", "One more thing: ", "Tell me, ", "So, ", "Well, ", "Oh, ", "Please: "),
)
CLOSERS = (
    *("", " Thanks!", " Thank you.", " Many thanks.", " Thanks a lot!", " Cheers.", " Thank you in advance."),
    *(" Thank you very much.", " Best wishes.", " Kind regards."),
)


def demo_questions() -> list[str]:
    """English ones that the demo shop's pages answer."""
    return [one.question for one in read_questions(FILE) if one.language == "en" and one.answerable]


def varied(questions: Sequence[str]) -> Iterator[str]:
    """Every question in every dressing before any comes again, 160 of each."""
    for closer, opener, question in itertools.product(CLOSERS, OPENERS, questions):
        yield f"{opener}{question}{closer}"
    yield from varied(questions)
