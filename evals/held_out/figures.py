"""What is counted, by suite: names, plain titles, and what is wanted. More is better in every one of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`primary` figures decide, together, whether a new adapter is better; all others must not be lost on."""

    suite: str
    name: str
    title: str
    wanted: float | None = None
    primary: bool = False


FIGURES = (
    Figure("copy", "as_written", "lines fit to show as the model wrote them", 0.90, primary=True),
    Figure("copy", "as_served", "the same by the checks that serving applies to this model"),
    Figure("copy", "after_repair", "lines fit to show, mended and second tries included"),
    Figure("copy", "filled", "orders with as many variants as asked"),
    Figure("copy", "numbers", "texts without a number that no fact has, before any check"),
    Figure("copy", "claims", "texts without a claim that no fact makes, before any check"),
    Figure("copy", "on_fact", "texts that carry a word of the fact they were given"),
    Figure("copy", "own_words", "texts that are no piece of their fact, word for word"),
    Figure("copy", "faithful", "texts true in all three, before any check", 0.97),
    Figure("email", "as_written", "parts fit to send as the model wrote them", 0.90, primary=True),
    Figure("email", "faithful", "parts without a number or claim that no fact has, before any check", 0.97),
    Figure("email", "written", "contexts with a whole message", 0.90),
    Figure("email", "words_change", "opposite readers of one product: each mail has words of its own"),
    Figure("email", "terms_kept", "opposite readers of one product: facts and terms are the same"),
    Figure("support", "served", "questions answered right or handed over, as they should be", primary=True),
    Figure("support", "right", "answerable: answered right", 0.85),
    Figure("support", "abstained", "unanswerable: handed over, refused or asked back, desk and model together", 0.95),
    Figure("support", "handed_over_rightly", "of what was handed over, what should be"),
    Figure("support", "cited_rightly", "citations of right answers that are of the page which has the answer"),
    Figure("support", "no_invention", "answers without a number that neither their sources nor the question have", 1.0),
    Figure("support", "right_alone", "answerable: answered right by the model alone, given the pages found"),
    Figure("support", "abstained_alone", "unanswerable: handed over by the model alone", 0.80),
    Figure("support", "pass_1", "pass^1: one phrasing of a question served as it should be"),
    Figure("support", "pass_2", "pass^2: two phrasings"),
    Figure("support", "pass_3", "pass^3: three phrasings"),
    Figure("support", "pass_4", "pass^4: four phrasings", 0.70),
    Figure("retrieval", "top_1", "the page with the answer is found first"),
    Figure("retrieval", "top_4", "the page with the answer is among the first four"),
)
SUITES = tuple(dict.fromkeys(figure.suite for figure in FIGURES))


def figures_of(suite: str) -> tuple[Figure, ...]:
    """The figures of one suite, in the order in which they are reported."""
    return tuple(figure for figure in FIGURES if figure.suite == suite)
