"""The support desk against questions with known answers: right, honest, cited, and no number invented.

    python -m evals.support_suite evals/questions/demo.jsonl

The shop in `HAWKER_HOME` must be the one that the questions are about. A question is one JSON line: `question`,
`language`, `answerable`, `expect` (texts of which one must stand in the answer). It measures what a customer sees,
and knows nothing of how the desk came to it.
"""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.checks.numbers import unlicensed_numbers
from core.errors import HawkerError, UserError
from core.plain import plain
from core.settings import load_settings
from core.support import SupportAnswer, SupportQuestion

if TYPE_CHECKING:
    from agent.house import House


@dataclass(frozen=True, slots=True)
class SuiteQuestion:
    """One line of a questions file. `expect` is empty where the knowledge holds no answer."""

    question: str
    language: str
    answerable: bool
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, its answer, and the four judgements on it."""

    question: str
    answerable: bool
    answer: str
    action: str
    reason: str
    right: bool
    """answered with an expected text, or handed off where there is no answer"""
    cited: bool
    """an answer's citation has the expected text; True where nothing was answered"""
    invented: tuple[str, ...]
    """numbers shown that no cited passage has"""
    seconds: float


@dataclass(frozen=True, slots=True)
class SupportReport:
    """Counts over one file of questions, and every outcome to be read with one's own eyes."""

    answerable: int
    answered_right: int
    unanswerable: int
    handed_off: int
    answers_with_invented_numbers: int
    right_answers_uncited: int
    in_the_models_words: int
    """answers that show what the model wrote; the others quote"""
    seconds_median: float
    outcomes: tuple[Outcome, ...]


def run(house: House, questions_file: Path) -> SupportReport:
    """Ask every question of `questions_file`, each in a conversation of its own. Raises `UserError` for a bad line."""
    from agent.support import answer

    outcomes = []
    for question in read_questions(questions_file):
        given = answer(house, SupportQuestion(question.question, language=question.language))
        outcomes.append(judge(question, given, _contact(house)))
    return report(outcomes)


def read_questions(path: Path) -> list[SuiteQuestion]:
    """The questions of a JSON-lines file."""
    if not path.is_file():
        raise UserError("questions", path, "a JSON-lines file of questions")
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            asked, language, answerable = str(row["question"]), str(row["language"]), bool(row["answerable"])
            questions.append(SuiteQuestion(asked, language, answerable, tuple(row["expect"])))
        except (ValueError, KeyError, TypeError) as error:
            expected = "JSON with question, language, answerable, expect"
            raise UserError(f"{path.name}, line {number}", line, expected) from error
    return questions


def judge(question: SuiteQuestion, given: SupportAnswer, contact: str) -> Outcome:
    """The outcome of one question. `contact` may be named in any answer: it is the shop's own."""
    answered = given.action in ("answer", "tool")
    stated = [text for text in question.expect if _plain(text) in _plain(given.answer)]
    right = bool(answered and stated) if question.answerable else given.action == "handoff"
    quotes = [citation.quote for citation in given.citations]
    cited = not (answered and stated) or any(_plain(text) in _plain(quote) for text in stated for quote in quotes)
    return Outcome(
        question=question.question,
        answerable=question.answerable,
        answer=given.answer,
        action=given.action,
        reason=given.reason,
        right=right,
        cited=cited,
        invented=tuple(unlicensed_numbers(given.answer, [*quotes, contact], question.language)),
        seconds=given.seconds,
    )


def report(outcomes: list[Outcome]) -> SupportReport:
    """The counts. An answer that quotes says so in its reason."""
    asked = [outcome for outcome in outcomes if outcome.answerable]
    others = [outcome for outcome in outcomes if not outcome.answerable]
    return SupportReport(
        answerable=len(asked),
        answered_right=sum(outcome.right for outcome in asked),
        unanswerable=len(others),
        handed_off=sum(outcome.right for outcome in others),
        answers_with_invented_numbers=sum(bool(outcome.invented) for outcome in outcomes),
        right_answers_uncited=sum(not outcome.cited for outcome in outcomes),
        in_the_models_words=sum(o.action == "answer" and o.reason.startswith("answered") for o in outcomes),
        seconds_median=statistics.median(outcome.seconds for outcome in outcomes) if outcomes else 0.0,
        outcomes=tuple(outcomes),
    )


def _contact(house: House) -> str:
    brand = house.store.shop.brand()
    return brand.support_contact if brand else ""


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("–", "-").replace("**", "").split())


def main(arguments: list[str]) -> int:
    """Print the report as JSON; exit status 0, or that of the error."""
    from agent.house import House

    try:
        if len(arguments) != 1:
            raise UserError("arguments", " ".join(arguments), "one questions file")
        with House(load_settings()) as house:
            print(json.dumps(plain(run(house, Path(arguments[0]))), ensure_ascii=False, indent=1))
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
