"""Holding back requests whose prompt begins like one that is being read, until its beginning is in the prefix cache.

A runtime looks its cache up when a request comes in, so a hundred requests with the same examples before their
question, added at once, would each be read in full. The first of them leads; the others follow when its first token is
out. It knows no runtime.
"""

from __future__ import annotations

from engine.runtime import TokenRequest

SHARED = 64
"""tokens that must be equal for one request to wait for another; a shorter common beginning is not worth a wait"""
REMEMBERED = 256
"""beginnings taken to be in the cache; forgetting them costs one wait each"""


class PrefixGate:
    """Who leads and who waits. Used from one thread."""

    def __init__(self) -> None:
        self._leaders: dict[tuple[int, ...], str] = {}
        self._warm: set[tuple[int, ...]] = set()
        self._waiting: dict[str, TokenRequest] = {}

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of those held back, in their order."""
        return tuple(self._waiting)

    def admits(self, request: TokenRequest) -> bool:
        """Whether this request may start now; else it is kept and comes out of `passed` later."""
        key = _key(request)
        if key is None or key in self._warm:
            return True
        if key in self._leaders:
            self._waiting[request.id] = request
            return False
        self._leaders[key] = request.id
        return True

    def passed(self, request_id: str, warm: bool = True) -> list[TokenRequest]:
        """Those who may start now that a leader is through. Not `warm`: it never got so far, and the next one leads."""
        key = next((key for key, leader in self._leaders.items() if leader == request_id), None)
        if key is None:
            return []
        del self._leaders[key]
        followers = [request for request in self._waiting.values() if _key(request) == key]
        if warm:
            if len(self._warm) >= REMEMBERED:
                self._warm.clear()
            self._warm.add(key)
        elif followers:
            self._leaders[key] = followers[0].id
            followers = followers[:1]
        for request in followers:
            del self._waiting[request.id]
        return followers

    def drop(self, request_id: str) -> bool:
        """Forget a request that waits; False where it does not."""
        return self._waiting.pop(request_id, None) is not None


def _key(request: TokenRequest) -> tuple[int, ...] | None:
    return tuple(request.prompt[:SHARED]) if len(request.prompt) > SHARED else None
