"""What a message means in its conversation: "and for boots?" asks the last question again, about boots.

Code rewrites the query from the turns before; no model is asked. It knows the conversation's texts and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.desk.expected import expected_answer
from agent.desk.extraction import Asked
from agent.desk.words import plain_text, rephrase, terms
from store.conversations import Turn

_GOES_ON = re.compile(
    r"(and|but|or|also|then|so|ok(ay)?,? (and|so)|what about|how about|what if|same for)\b|那|还有|另外|如果|要是|换成",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"呢[？?。！!\s]*$")
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|they|them|their|those|these|one|ones|there)\b|它|这个|那个|这款|那款|这些|那些|上面"
)
_LONGEST_FOLLOW_UP = 4
"""content words; a longer message stands for itself"""


def understand(text: str, language: str, turns: Sequence[Turn]) -> Asked:
    """`text` as a question, with the words of the turns before as background where it leans on them."""
    own = tuple(dict.fromkeys(terms(text, language)))
    expected = expected_answer(text, language)
    before = _leaned_on(text, own, turns)
    if before is None:
        return Asked(text, rephrase(text, language), language, own, (), expected)
    background = tuple(dict.fromkeys(term for term in terms(before, language) if term not in own))
    if expected is None and not _names_subject(text):
        expected = expected_answer(before, language)
    return Asked(text, rephrase(f"{before} {text}", language), language, own, background, expected)


def repeated_failure(turns: Sequence[Turn]) -> bool:
    """Whether the last answer, or two of the last three, left the customer without what they asked for."""
    failed = [turn.action in ("handoff", "clarify", "refuse") for turn in turns[-3:]]
    return bool(failed) and (failed[-1] or sum(failed) >= 2)


def _leaned_on(text: str, own: Sequence[str], turns: Sequence[Turn]) -> str | None:
    """The questions that `text` leans on, oldest first, or None where it stands for itself."""
    if not turns or len(own) > _LONGEST_FOLLOW_UP:
        return None
    plain = plain_text(text).strip()
    leans = (
        _GOES_ON.match(plain) or _ENDS_OPEN.search(plain) or (_POINTS_BACK.search(plain) and len(own) <= 2) or not own
    )
    if not leans:
        return None
    last = turns[-1].question
    chained = len(turns) > 1 and _GOES_ON.match(plain_text(last).strip())
    return f"{turns[-2].question} {last}" if chained else last


def _names_subject(text: str) -> bool:
    """Whether a follow-up changes the subject whole: `what about returns?` after a question on prices."""
    return (
        False
        if not text
        else bool(re.match(r"(what|how) about (your|the) \w+ (policy|process)|那.*(政策|规定)", plain_text(text)))
    )
