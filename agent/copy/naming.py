"""A short name for a product whose catalogue name is a whole sentence.

`DB Longboards CoreFlex Crossbow 41" Bamboo Fiberglass Longboard Complete` must become something that can be said.
Words are only left out, never added or changed.
"""

from __future__ import annotations

import re

from agent.checks.language import HAN

SEPARATOR = re.compile(
    r"\s+[-–—|]\s+|\s*[,;|(\[（【，；｜]\s*|:\s+|：|\s+(?:with|for|featuring|includes|including|by|w/)\s+",
    re.IGNORECASE,
)
CODE = re.compile(r"^(?:#?\w*\d[\w./\"”″'-]*|[A-Z]{2,}-\w+|-|&|/)$")
DANGLING = frozenset(re.split(" ", "a an and of the in on to with for from by or & - /"))


LONGEST = 56
"""characters of a short name"""


def short_name(name: str, longest: int = LONGEST) -> str:
    """The leading phrase of `name`, at most `longest` characters, cut between words.

    >>> short_name("Jada Toys Hello Kitty Jet Plane Play Set, Pink, 3 Figures")
    'Jada Toys Hello Kitty Jet Plane Play Set'
    """
    phrase = next(iter(name_pieces(name)))
    if HAN.search(phrase):
        return phrase[:longest]
    words = phrase.split()
    while len(words) > 1 and len(" ".join(words)) > longest:
        words.pop()
    while len(words) > 1 and (words[-1].lower() in DANGLING or CODE.match(words[-1])):
        words.pop()
    return " ".join(words).strip(" \"'-–,")[:longest]


def name_pieces(name: str) -> tuple[str, ...]:
    """The phrases of a catalogue name that are long enough to be names, in their order; never empty.

    >>> name_pieces("Wall Poster, 14 inches, Heroes of Night")
    ('Wall Poster', '14 inches', 'Heroes of Night')
    """
    plain = re.sub(r"[®™©]", "", " ".join(name.split()))
    pieces = (piece.strip() for piece in SEPARATOR.split(plain))
    return tuple(piece for piece in pieces if len(piece) >= _shortest(plain)) or (plain,)


def _shortest(name: str) -> int:
    """Characters that a leading phrase must have to be a name: `Toy - Hello Kitty Plane` is not called `Toy`."""
    return min(4 if HAN.search(name) else 8, len(name))
