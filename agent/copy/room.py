"""How long a line is to be, as a tuned model is told it.

A small model cannot count, but one that learned lines beside their own lengths writes to length, give or take a few
characters (Kikuchi et al. 2016, arXiv:1609.09552). So training tells the length of the answer, and serving asks for
less than there is room for, and for no more than the fact has to say: what fills a line up is invented.
"""

from __future__ import annotations

STEP = 5
"""characters: lengths are told in round numbers"""
SHORTEST = 15
KEPT_FREE = 0.85
"""share of the room that is asked for, since lines come out a little longer or shorter than that"""
SAID_BESIDE = 12
"""characters that a line may have more than its fact: a verb, a word to the reader"""


def room_of(length: int, room: int) -> int:
    """What training tells of an answer of `length` characters, where a part has `room` for it.

    >>> room_of(22, 30)
    25
    """
    return min(room, max(SHORTEST, -(-length // STEP) * STEP))


def room_asked(fact: str, room: int) -> int:
    """What serving asks for a line that tells `fact`.

    >>> room_asked("fleece inside", 30), room_asked("Reflective stitching on both sides", 30)
    (25, 25)
    """
    aimed = int(room * KEPT_FREE) // STEP * STEP
    return max(min(SHORTEST, room), min(aimed, room_of(len(fact) + SAID_BESIDE, room)))
