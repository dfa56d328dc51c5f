"""Taking a chat turn: the desk answers in a thread of the chats' own, and what it says is told on the event loop."""

from __future__ import annotations

import itertools
from functools import partial

import anyio
import structlog
from anyio import CapacityLimiter, from_thread, to_thread

from agent.house import House
from agent.support import answer
from core.errors import HawkerError
from core.support import Sentence, Stage, SupportQuestion
from server.chat_events import Status, ending, failed, spoken
from server.refusals import LeftEarly, NotInTime
from server.turns import LiveTurn

_log = structlog.get_logger("server")


async def take_turn(house: House, asked: SupportQuestion, turn: LiveTurn, threads: CapacityLimiter) -> None:
    """Take `turn` to its end: an answer or an error is told, whatever comes between. Time running out, or being
    cancelled, ends the waiting for a thread; a thread that works is waited for, it heeds the turn's own stop sign."""
    try:
        with anyio.move_on_after(turn.stop.seconds_left):
            await to_thread.run_sync(_answer, house, asked, turn, limiter=threads)
    finally:
        if not turn.ended:
            late = turn.stop.seconds_left == 0.0
            turn.tell(failed(NotInTime(house.settings.chat_seconds) if late else LeftEarly()))


def _answer(house: House, asked: SupportQuestion, turn: LiveTurn) -> None:
    tell = partial(from_thread.run_sync, turn.tell)
    numbers = itertools.count(1)

    def say(sentence: Sentence) -> None:
        tell(*spoken(next(numbers), sentence))

    def enter(stage: Stage) -> None:
        tell(Status(turn=turn.id, stage=stage))

    try:
        tell(*ending(answer(house, asked, say, enter, turn.stop)))
    except HawkerError as error:
        tell(failed(error))
    except Exception as error:
        _log.error("chat failed", exc_info=error)
        tell(failed(HawkerError("internal error; see the server's log")))
