"""The support desk on a held-out shop: right where the pages answer, handed over where they do not, no number invented.

Each question is asked as it was written and in other phrasings (`rephrasing`), every time in a conversation of its own;
figures other than pass^k are of the first phrasing. Beside the desk the model is asked alone (`alone`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

from agent.checks.numbers import unlicensed_numbers
from core.support import SupportAnswer, SupportQuestion
from evals.held_out.alone import Alone, ask_alone
from evals.held_out.counts import Count
from evals.held_out.plan import Plan
from evals.held_out.questions import HeldOutQuestion, held_out_questions
from evals.held_out.rephrasing import phrasing
from evals.held_out.results import Case
from evals.held_out.shops import shop_folder

if TYPE_CHECKING:
    from agent.house import House

ANSWERED = frozenset({"answer", "tool"})
ABSTAINED = frozenset({"handoff", "refuse", "clarify"})
"""who asks back, or asks for a sign-in first, has told nothing"""
MOST_PASSES = 4
"""k up to which pass^k is told"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One phrasing and what the desk made of it."""

    question: str
    given: SupportAnswer
    served: bool


def support_cases(house: House, shop: str, language: str, plan: Plan) -> Iterator[Case]:
    """One case for each question, with the trials of all its phrasings."""
    for at, question in plan.questions(numbered_questions(shop, language)):
        yield support_case(house, shop, at, question, plan.phrasings)


def numbered_questions(shop: str, language: str) -> list[tuple[int, HeldOutQuestion]]:
    """The shop's questions in one language, each with its place in the file."""
    questions = held_out_questions(shop_folder(shop))
    return [(at, question) for at, question in enumerate(questions) if question.language == language]


def support_case(house: House, shop: str, at: int, question: HeldOutQuestion, phrasings: int = 1) -> Case:
    """The question asked of the desk, in all its phrasings, and of the model alone."""
    brand = house.store.shop.brand()
    trials = [_trial(house, question, number) for number in range(phrasings)]
    id_ = f"support/{shop}/{at:03}/{question.language}"
    return _case(id_, question, trials, ask_alone(house, question), brand.support_contact if brand else "")


def _trial(house: House, question: HeldOutQuestion, number: int) -> Trial:
    from agent.support import answer

    text = phrasing(question.question, question.language, number)
    given = answer(house, SupportQuestion(text, language=question.language))
    return Trial(text, given, served(question, given))


def served(question: HeldOutQuestion, given: SupportAnswer) -> bool:
    """Was the customer served as they should be: answered right, or not answered at all?"""
    if question.answerable:
        return given.action in ANSWERED and question.right(given.answer)
    return given.action in ABSTAINED


def _case(id_: str, question: HeldOutQuestion, trials: Sequence[Trial], alone: Alone | None, contact: str) -> Case:
    first = trials[0].given
    invented = invented_numbers(trials[0].question, first, contact, question.language)
    wrong = [f"{_verdict(trial)}: {trial.question}: {trial.given.answer}" for trial in trials if not trial.served]
    return Case(
        id=id_,
        language=question.language,
        asked=question.question,
        shown=(f"{first.action}: {first.answer}", f"alone: {alone.answer if alone else '(no model)'}"),
        wrong=(*wrong, *(f"invented: {number}" for number in invented)),
        counts={**_counts(question, trials[0], bool(invented)), **_alone(question, alone), **pass_counts(trials)},
        seconds=first.seconds,
    )


def _verdict(trial: Trial) -> str:
    return f"not served ({trial.given.action}, {trial.given.reason})"


def _counts(question: HeldOutQuestion, trial: Trial, invented: bool) -> dict[str, Count]:
    given, counts = trial.given, {"served": Count(int(trial.served)), "no_invention": Count(int(not invented))}
    counts["right" if question.answerable else "abstained"] = Count(int(trial.served))
    if given.action in ABSTAINED:
        counts["handed_over_rightly"] = Count(int(not question.answerable))
    if question.answerable and trial.served and given.citations:
        sourced = sum(question.sourced(citation.source) for citation in given.citations)
        counts["cited_rightly"] = Count(sourced, len(given.citations))
    return counts


def _alone(question: HeldOutQuestion, alone: Alone | None) -> dict[str, Count]:
    if alone is None:
        return {}
    if question.answerable:
        return {"right_alone": Count(int(not alone.abstained and question.right(alone.answer)))}
    return {"abstained_alone": Count(int(alone.abstained))}


def pass_counts(trials: Sequence[Trial]) -> dict[str, Count]:
    """pass^k of one question (Yao et al. 2024, arXiv:2406.12045): of all draws of k trials, those that all succeed."""
    right, of = sum(trial.served for trial in trials), len(trials)
    return {f"pass_{k}": Count(comb(right, k), comb(of, k)) for k in range(1, min(of, MOST_PASSES) + 1) if of > 1}


def invented_numbers(question: str, given: SupportAnswer, contact: str, language: str) -> list[str]:
    """Numbers that were shown and stand in no citation, in the shop's own contact or in the question."""
    licence = [*(citation.quote for citation in given.citations), contact, question]
    return unlicensed_numbers(given.answer, licence, language)
