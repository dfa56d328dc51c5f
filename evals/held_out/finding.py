"""Retrieval on a held-out shop: does the page that has the answer come among the first? No language model is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evals.held_out.counts import Count
from evals.held_out.plan import Plan
from evals.held_out.questions import held_out_questions
from evals.held_out.results import Case
from evals.held_out.shops import shop_folder

if TYPE_CHECKING:
    from agent.house import House

SHOWN = 4
"""passages looked at"""


def retrieval_cases(house: House, shop: str, language: str, plan: Plan) -> Iterator[Case]:
    """One case for each answerable question of the shop, whatever the plan: it takes a second."""
    for at, question in enumerate(held_out_questions(shop_folder(shop))):
        if not question.answerable or question.language != language:
            continue
        found = house.retrieval.search_passages(question.question, language, k=SHOWN).passages
        places = [place for place, passage in enumerate(found) if question.sourced(passage.source)]
        yield Case(
            id=f"retrieval/{shop}/{at:03}/{language}",
            language=language,
            asked=question.question,
            shown=tuple(f"{passage.source}: {passage.text}" for passage in found),
            wrong=() if places else (f"{question.source} is not among them",),
            counts={"top_1": Count(int(places[:1] == [0])), "top_4": Count(int(bool(places)))},
        )
