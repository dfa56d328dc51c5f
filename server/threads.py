"""Which threads of this process do what: chats and probes have their own, everything else shares anyio's pool.

A pool that slow requests fill keeps everybody out, also a balancer's probe, which then takes the server for dead.
"""

from __future__ import annotations

from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread

from core.settings import Settings

PROBES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Threads:
    chats: CapacityLimiter
    probes: CapacityLimiter


def open_threads(settings: Settings) -> Threads:
    """Called once, on the event loop. Copy and completions hold at most one thread a place, so the shared pool grows
    by as many: what it had before is left for requests that generate nothing."""
    to_thread.current_default_thread_limiter().total_tokens += settings.max_waiting
    return Threads(CapacityLimiter(settings.chats_at_once), CapacityLimiter(PROBES_AT_ONCE))
