"""Who may be in the runtime: chats at once, a batch as many as leave the chats quick. It knows no runtime and no clock.

Batch requests wait here and not in the runtime, so that a chat's prompt is the next one read. While a chat is being
written the batch is cut to a few: the others are taken back, with what they have written, and go on when the chats are
through. Some always stay, so that a batch moves on however many people chat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.runtime import TokenRequest

BATCH_ALONE = 64
"""batch requests in the runtime while nobody chats; more make no model here write more tokens in a second"""
BATCH_BESIDE_CHATS = 4
"""while somebody does. SmolLM2 on two cores: a step of one answer takes 1.4 times as long with four beside it, 2.8
times with sixteen, 6.6 times with 64"""
BATCH_ENTERING = 8
"""that one step lets in, so that where chats come one after another little is read only to be taken back"""


@dataclass(slots=True)
class _Entry:
    request: TokenRequest
    tokens: list[int]
    """written so far"""
    running: bool = False

    @property
    def may_pause(self) -> bool:
        """An answer that keeps to a schema cannot be taken up in its middle."""
        return not (self.tokens and self.request.sampling.json_schema)

    def to_come(self) -> TokenRequest:
        """The request for what is left to write: what was written is a part of its prompt."""
        if not self.tokens:
            return self.request
        sampling = self.request.sampling
        rest = replace(
            sampling, max_new_tokens=sampling.max_new_tokens - len(self.tokens), seed=sampling.seed + len(self.tokens)
        )
        return replace(self.request, prompt=[*self.request.prompt, *self.tokens], sampling=rest)


class Lanes:
    """All requests that are not finished, in the order they came. Used from one thread."""

    def __init__(
        self, alone: int = BATCH_ALONE, beside_chats: int = BATCH_BESIDE_CHATS, entering: int = BATCH_ENTERING
    ) -> None:
        self._alone, self._beside_chats, self._entering = alone, beside_chats, entering
        self._entries: dict[str, _Entry] = {}

    @property
    def waiting(self) -> bool:
        """Whether any request is not in the runtime."""
        return any(not entry.running for entry in self._entries.values())

    def add(self, request: TokenRequest) -> None:
        self._entries[request.id] = _Entry(request, [])

    def note(self, request_id: str, tokens: list[int]) -> None:
        """What a request has written."""
        if request_id in self._entries:
            self._entries[request_id].tokens += tokens

    def end(self, request_id: str) -> bool:
        """Forget a request; whether it was in the runtime."""
        entry = self._entries.pop(request_id, None)
        return entry is not None and entry.running

    def surplus(self) -> list[str]:
        """Batch requests to be taken out of the runtime now, the youngest and those without a word first."""
        running = self._batch(running=True)
        over = len(running) - self._room()
        if over <= 0:
            return []
        running.reverse()
        running.sort(key=lambda entry: bool(entry.tokens))
        taken = [entry for entry in running if entry.may_pause][:over]
        for entry in taken:
            entry.running = False
        return [entry.request.id for entry in taken]

    def admit(self) -> list[TokenRequest]:
        """Requests to be put into the runtime now: every chat, then of the batch what there is room for."""
        chats = [entry for entry in self._entries.values() if entry.request.lane == "chat" and not entry.running]
        room = min(self._entering, self._room() - len(self._batch(running=True)))
        admitted = [*chats, *self._batch(running=False)[: max(0, room)]]
        for entry in admitted:
            entry.running = True
        return [entry.to_come() for entry in admitted]

    def _room(self) -> int:
        chatting = any(entry.request.lane == "chat" for entry in self._entries.values())
        return self._beside_chats if chatting else self._alone

    def _batch(self, running: bool) -> list[_Entry]:
        entries = self._entries.values()
        return [entry for entry in entries if entry.request.lane == "batch" and entry.running == running]
