"""Token ids to shown text, piece by piece: whole characters only, and nothing of a stop text.

A Chinese character is often two or three tokens; until the last has come, decoding ends in U+FFFD and is held back.
The end of a text that may be the beginning of a stop text is held back too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

INCOMPLETE = "\N{REPLACEMENT CHARACTER}"
MAX_HELD_TOKENS = 8
"""a UTF-8 character has at most 4 bytes; past this the model wrote invalid bytes and they are shown as U+FFFD"""


class AnswerText:
    """The text of one answer while it grows."""

    def __init__(self, tokenizer: Tokenizer, stops: Sequence[str]) -> None:
        self._tokenizer = tokenizer
        self._stops = tuple(stop for stop in stops if stop)
        self._tokens: list[int] = []
        self._prefix = 0  # tokens from here on are decoded, so that the first new one has its neighbours
        self._decoded = 0  # tokens before this are in `_text`
        self._text = ""
        self._shown = 0
        self.stopped = False
        """whether a stop text was met; nothing more may be pushed"""

    @property
    def text(self) -> str:
        """Everything decoded so far, without the stop text."""
        return self._text

    def push(self, tokens: Iterable[int]) -> str:
        """Take new tokens; returns the text that may be shown now ('' if none)."""
        for token in tokens:
            self._tokens.append(token)
            self._decode(last=False)
            if self._stop():
                return self._show(len(self._text))
        return self._show(len(self._text) - self._held())

    def close(self) -> str:
        """No more tokens will come; returns what was held back. An incomplete last character is dropped."""
        if not self.stopped:
            self._decode(last=True)
            self._stop()
        return self._show(len(self._text))

    def _decode(self, last: bool) -> None:
        before = self._tokenizer.decode(self._tokens[self._prefix : self._decoded])
        after = self._tokenizer.decode(self._tokens[self._prefix :])
        waiting = len(self._tokens) - self._decoded
        if after.endswith(INCOMPLETE) and not last and waiting < MAX_HELD_TOKENS:
            return
        if last:
            after = after.rstrip(INCOMPLETE)
        if len(after) > len(before):
            self._text += after[len(before) :]
            self._prefix, self._decoded = self._decoded, len(self._tokens)

    def _stop(self) -> bool:
        found = [at for stop in self._stops if (at := self._text.find(stop)) >= 0]
        if found:
            self._text, self.stopped = self._text[: min(found)], True
        return self.stopped

    def _held(self) -> int:
        """How many last characters might begin a stop text."""
        longest = max((len(stop) for stop in self._stops), default=1) - 1
        for length in range(min(longest, len(self._text)), 0, -1):
            if any(stop.startswith(self._text[-length:]) for stop in self._stops):
                return length
        return 0

    def _show(self, until: int) -> str:
        new = self._text[self._shown : until]
        self._shown += len(new)
        return new
