"""The suite's judgements: each can fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from core.facts import Citation, Conditioning
from core.support import SupportAnswer
from evals.support_suite import SuiteQuestion, judge, read_questions, report, run

ASKED = SuiteQuestion("How long?", "en", True, ("60 days", "60-day"))
UNANSWERABLE = SuiteQuestion("Do you sell kayaks?", "en", False, ())


def given(text: str, action: Any = "answer", quote: str = "") -> SupportAnswer:
    citations = (Citation("document:r", quote),) if quote else ()
    return SupportAnswer(text, action, "quoted", citations, Conditioning(), (), "c", None, None, 0.1, 0.1)


def test_right_needs_the_fact_and_cited_needs_it_in_the_quote() -> None:
    good = judge(ASKED, given("You have 60 days.", quote="You have **60 days** to return."), "")
    assert (good.right, good.cited, good.invented) == (True, True, ())
    uncited = judge(ASKED, given("You have 60 days.", quote="You have some time."), "")
    assert (uncited.right, uncited.cited, uncited.invented) == (True, False, ("60 days",))
    assert not judge(ASKED, given("You have time."), "").right
    assert not judge(ASKED, given("You have 60 days.", action="handoff"), "").right


def test_an_unanswerable_question_must_be_handed_off_and_a_contact_is_no_invention() -> None:
    handed = judge(UNANSWERABLE, given("Call +1 503 555 0142.", action="handoff"), "+1 503 555 0142")
    assert (handed.right, handed.invented) == (True, ())
    assert not judge(UNANSWERABLE, given("We sell kayaks."), "").right


def test_the_suite_runs_over_a_desk(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    rows = [
        {
            "question": "How many days do I have to return unused boots?",
            "language": "en",
            "answerable": True,
            "expect": ["60 days"],
        },
        {"question": "Do you run a scuba diving course?", "language": "en", "answerable": False, "expect": []},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    found = run(desk("We love you."), file)
    assert (found.answered_right, found.answerable, found.handed_off, found.unanswerable) == (1, 1, 1, 1)
    assert (found.answers_with_invented_numbers, found.right_answers_uncited, found.in_the_models_words) == (0, 0, 0)
    assert report([]).answerable == 0


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "?"}\n', "utf-8")
    with pytest.raises(UserError, match=r"q\.jsonl, line 1"):
        read_questions(file)
    with pytest.raises(UserError, match="questions"):
        read_questions(tmp_path / "none.jsonl")
