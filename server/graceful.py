"""uvicorn, leaving in order: on SIGTERM it goes on listening, so that probes hear 503, until what runs is done."""

from __future__ import annotations

import socket
from types import FrameType

import anyio
import uvicorn

from server.draining import GRACE_SECONDS, Drain

LOOK_SECONDS = 0.05


class GracefulServer(uvicorn.Server):
    """uvicorn by itself closes its door first, and then waits: a probe is refused the connection, not told why."""

    def __init__(self, config: uvicorn.Config, drain: Drain) -> None:
        super().__init__(config)
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._drain.stopping = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for what runs, at most `GRACE_SECONDS`; a second Ctrl-C ends the waiting."""
        self._drain.stopping = True
        with anyio.move_on_after(GRACE_SECONDS):
            while self._drain.running and not self.force_exit:
                await anyio.sleep(LOOK_SECONDS)
        await super().shutdown(sockets)
