"""What changes where an adapter speaks: the desk shows pages, hears when they do not answer; no examples are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.desk.fitted import load_fitted
from agent.support import answer
from agent.voice import Voice
from core.support import SupportQuestion
from engine.scripted import ScriptedEngine
from prompts.changes import changed_prompts
from prompts.library import load_prompt

REFUND = "How many business days until I get my refund?"
TOLD = "We refund within 5 business days of its arrival, to the way you paid."


def tuned(desk: Callable[..., Any], *says: str) -> Any:
    house = desk(*says)
    house.adapter = "house"
    return house


def test_it_reads_whole_pages_and_no_examples(desk: Callable[..., Any]) -> None:
    house = tuned(desk, TOLD)
    given = answer(house, SupportQuestion(REFUND))
    assert given.answer == TOLD
    (request,) = house.model.history
    assert request.adapter == "house"
    assert [message.role for message in request.messages] == ["system", "user"]
    asked = request.messages[-1].content
    assert TOLD in asked
    assert "A gift card gets its money back immediately." in asked
    assert asked.splitlines()[-1] == f"Customer: {REFUND}"


def test_where_it_finds_no_answer_but_the_desk_is_sure_the_page_is_quoted(desk: Callable[..., Any]) -> None:
    house = tuned(desk, "{handoff}")
    given = answer(house, SupportQuestion(REFUND))
    assert given.action == "answer"
    assert "the model found no answer" in given.reason
    assert "{" not in given.answer
    assert TOLD in given.answer


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk is never sure by its own rules, and never far from it."""
    never = replace(load_fitted(), threshold=1.01)
    monkeypatch.setattr("agent.desk.pointedness.load_fitted", lambda: never)
    monkeypatch.setattr("agent.desk.pointedness.CLOSE", 0.0)


@pytest.mark.usefixtures("doubtful")
def test_where_the_desk_is_in_doubt_its_own_checked_words_are_the_answer(desk: Callable[..., Any]) -> None:
    given = answer(tuned(desk, TOLD), SupportQuestion(REFUND))
    assert (given.action, given.answer) == ("answer", TOLD)
    assert given.reason.startswith("read in the pages")
    assert given.citations


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize("says", ["{handoff}", "We refund within 9 business days of its arrival."])
def test_in_doubt_nothing_is_quoted_where_it_declines_or_fails(desk: Callable[..., Any], says: str) -> None:
    given = answer(tuned(desk, says), SupportQuestion(REFUND))
    assert given.action == "handoff"
    assert TOLD not in given.answer


@pytest.mark.usefixtures("doubtful")
def test_in_doubt_a_bare_model_is_not_asked(desk: Callable[..., Any]) -> None:
    house = desk(TOLD)
    assert answer(house, SupportQuestion(REFUND)).action == "handoff"
    assert house.model.history == []


def test_a_follow_up_is_shown_with_the_turn_before(desk: Callable[..., Any]) -> None:
    house = tuned(desk, TOLD, "A gift card gets its money back immediately.")
    first = answer(house, SupportQuestion(REFUND))
    answer(house, SupportQuestion("and on a gift card?", conversation_id=first.conversation_id))
    asked = house.model.history[-1].messages[-1].content
    assert f"Customer: {REFUND}\nShop: {first.answer}\nCustomer: and on a gift card?" in asked


def test_no_page_that_gives_orders_is_shown(desk: Callable[..., Any]) -> None:
    house = tuned(desk, "Boots are waxed twice a year.")
    answer(house, SupportQuestion("How often are boots waxed?"))
    assert all("HAWKCANARY" not in message.content for request in house.model.history for message in request.messages)


def test_what_it_writes_is_judged_as_strictly(desk: Callable[..., Any]) -> None:
    house = tuned(desk, "We refund within 9 business days of its arrival.")
    given = answer(house, SupportQuestion(REFUND))
    assert "9 business days" not in given.answer
    assert TOLD in given.answer


@pytest.mark.parametrize(("adapter", "bare"), [(None, False), ("house", True)])
def test_a_tuned_voice_is_asked_without_examples(adapter: str | None, bare: bool) -> None:
    prompt = Voice(ScriptedEngine([""]), adapter).prompt("copy/ad", "en")
    assert prompt.bare is bare


def test_a_changed_prompt_is_told_and_an_equal_one_is_not() -> None:
    now = f"{load_prompt('copy/ad', 'en', bare=True).ref}:en"
    assert changed_prompts([now]) == ()
    gone = ["copy/ad@1#00000000-bare:en", "copy/never@1#00000000-bare:en"]
    assert changed_prompts([now, *gone]) == tuple(gone)
