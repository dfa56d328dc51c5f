"""How much room a line is given, as a tuned model is told it.

A small model cannot count: told the whole room it overruns it. It is told a little less, and no more than its fact has
to say, for what fills a line up is invented; and it is given facts that are shorter than their line.
"""

from __future__ import annotations

STEP = 5
"""characters: lengths are told in round numbers"""
SHORTEST = 15
ASKED = 0.85
"""share of the room that is asked for, since lines come out a little longer or shorter than that"""
SAID_BESIDE = 12
"""characters that a line may have more than its fact: a verb, a word to the reader"""


def safe_room(room: int) -> int:
    """What of `room` a line should take; a fact that is longer seldom becomes one that fits.

    >>> safe_room(30)
    25
    """
    return int(room * ASKED) // STEP * STEP


def room_asked(fact: str, room: int) -> int:
    """What serving asks for a line that tells `fact`.

    >>> room_asked("fleece inside", 30), room_asked("Reflective stitching on both sides", 30)
    (25, 25)
    """
    told = -(-(len(fact) + SAID_BESIDE) // STEP) * STEP
    return max(min(SHORTEST, room), min(safe_room(room), told))
