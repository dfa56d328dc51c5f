"""Is what a mail says of its reader true of the segment that it is written to? What no record can license is refused.

A small model is generous with years and feelings: `You have been with us for a long time`, to somebody of whom nothing
is known; `We love you`; `You have a tablet!`.
"""

from __future__ import annotations

import re

NEW = frozenset({"new-customers"})
LASTING = frozenset({"champions", "big-spenders", "loyal"})
FIRST_ORDER = re.compile(r"\bfirst (?:order|purchase|time)\b|首次|首单|第一次", re.IGNORECASE)
LONG_WITH_US = re.compile(
    r"\b(?:with us|(?:friends?|customers?) of (?:ours|the shop)) for (?:a long time|so long|(?:many |several )?years)\b"
    r"|\b(?:many|several|all these|over the) years\b|多年|这么久以来|老朋友",
    re.IGNORECASE,
)
UNKNOWABLE = re.compile(
    r"\b(?:the|our) first (?:\w+ )?(?:to|who)\b|\bfirst choice\b"
    r"|\bwe love (?:you\b|your (?:friends?|family))|\bfriends? with\b|^\W*you(?: have|['’]ve)(?: got)? an? ",
    re.IGNORECASE,
)
"""feelings and belongings that no record holds"""


def untrue_of_the_reader(text: str, segment: str) -> list[str]:
    """The wordings in `text` that are not true of everybody in `segment`."""
    found = [*UNKNOWABLE.finditer(text)]
    found += FIRST_ORDER.finditer(text) if segment not in NEW else ()
    found += LONG_WITH_US.finditer(text) if segment not in LASTING else ()
    return [match[0] for match in found]
