"""The sign that ends work early: shown once, by a caller or by the clock, and heard by those who sleep."""

from __future__ import annotations

import threading

from core.stopping import StopSign


def test_a_sign_is_shown_once_and_for_good() -> None:
    stop = StopSign()
    assert not stop.shown
    stop.show()
    stop.show()
    assert stop.shown


def test_time_shows_it_too() -> None:
    assert StopSign(0).shown
    late = StopSign(3600)
    assert not late.shown
    assert 3500 < late.seconds_left <= 3600


def test_those_who_wait_are_woken_also_where_they_come_late() -> None:
    stop, woken = StopSign(), threading.Event()
    with stop.waking(woken.set):
        assert not woken.is_set()
        stop.show()
    assert woken.is_set()
    too_late = threading.Event()
    with stop.waking(too_late.set):
        assert too_late.is_set()


def test_nobody_is_woken_after_they_left() -> None:
    stop, woken = StopSign(), threading.Event()
    with stop.waking(woken.set):
        pass
    stop.show()
    assert not woken.is_set()
