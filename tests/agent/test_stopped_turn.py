"""Turns whose asker leaves, or whose time is up: the model is stopped, the answer is ended by quotation and kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from agent.support import answer
from core.generation import Delta, GenerationRequest
from core.stopping import StopSign
from core.support import Sentence, Stage, SupportQuestion
from engine.scripted import ScriptedEngine

Desk = Callable[..., Any]
ASKED = "How is a refund paid?"
FIRST = "We refund within 5 business days of its arrival, to the way you paid."
SECOND = "A gift card gets its money back immediately."


class StuckEngine(ScriptedEngine):
    """Says its first sentence, and then nothing until it is cancelled."""

    def __init__(self, first: str) -> None:
        super().__init__([f"{first} And so on and on."])
        self._first = first
        self.cancelled = threading.Event()

    def stream(self, request: GenerationRequest) -> Iterator[Delta]:
        said = ""
        for delta in super().stream(request):
            if len(said) > len(self._first):
                assert self.cancelled.wait(60)
            said += delta.text
            yield delta

    def cancel(self, request_id: str) -> None:
        super().cancel(request_id)
        self.cancelled.set()


def test_a_turn_that_is_left_in_mid_sentence_is_ended_by_quotation_and_stored(desk: Desk) -> None:
    house = desk()
    house.model = StuckEngine(FIRST)
    stop, shown = StopSign(), list[Sentence]()

    def leave(sentence: Sentence) -> None:
        shown.append(sentence)
        stop.show()

    given = answer(house, SupportQuestion(ASKED, turn_id="t"), leave, stop=stop)
    assert house.model.cancelled.is_set()
    assert given.answer == f"{FIRST} {SECOND}"
    assert [sentence.text for sentence in shown] == [FIRST, SECOND]
    assert "stopped" in given.reason
    told = house.store.conversations.told("t")
    assert told is not None
    assert (told.sentences, told.answer) == (tuple(shown), given)


def test_a_text_that_was_cut_off_is_not_found_by_the_next_who_asks(desk: Desk) -> None:
    house = desk()
    house.model = StuckEngine(FIRST)
    stop = StopSign()
    answer(house, SupportQuestion(ASKED), lambda sentence: stop.show(), stop=stop)
    assert house.store.generations.count() == 1
    house.model = ScriptedEngine([f"{FIRST} {SECOND}"])
    answer(house, SupportQuestion(ASKED))
    assert len(house.model.history) == 1


def test_nobody_asks_a_model_for_one_who_has_left_before(desk: Desk) -> None:
    house = desk(FIRST)
    given = answer(house, SupportQuestion(ASKED), stop=StopSign(0))
    assert house.model.history == []
    assert given.answer == f"{FIRST} {SECOND}"
    assert [check.name for check in given.checks] == ["in_time"]


def test_the_stages_are_told_before_the_first_sentence_and_kept(desk: Desk) -> None:
    house = desk(FIRST)
    told: list[Stage | Sentence] = []
    answer(house, SupportQuestion(ASKED, turn_id="t"), told.append, told.append)
    assert told[:3] == ["understanding", "searching", "writing"]
    assert all(isinstance(one, Sentence) for one in told[3:])
    assert house.store.conversations.told("t").stages == ("understanding", "searching", "writing")
    assert house.store.conversations.told("T") is None


def test_a_model_that_has_not_begun_in_time_is_stopped_and_the_page_is_quoted(desk: Desk) -> None:
    house = desk()
    house.model = StuckEngine("")
    given = answer(house, SupportQuestion(ASKED, quote_from=time.monotonic() + 0.5))
    assert house.model.cancelled.is_set()
    assert given.answer == f"{FIRST} {SECOND}"
    assert given.reason == "quoted: the model's words failed (in_time)"


def test_without_time_for_the_model_it_is_not_asked(desk: Desk) -> None:
    house = desk(FIRST)
    given = answer(house, SupportQuestion(ASKED, quote_from=time.monotonic()))
    assert house.model.history == []
    assert (given.action, given.answer) == ("answer", f"{FIRST} {SECOND}")


def test_a_model_that_has_begun_in_time_is_heard_out(desk: Desk) -> None:
    house = desk(FIRST)
    given = answer(house, SupportQuestion(ASKED, quote_from=time.monotonic() + 30))
    assert (given.answer, given.reason) == (FIRST, "answered from the knowledge")
