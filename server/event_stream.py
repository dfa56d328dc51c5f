"""Server-sent events as a response: how our events look on the wire, and what a stop of the server does to them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic_core import to_json
from sse_starlette import EventSourceResponse, ServerSentEvent

from server.chat_events import ChatEvent
from server.draining import GRACE_SECONDS

RETRY_MILLISECONDS = 1000
"""after which an EventSource whose connection was cut comes back"""


class EventStream(EventSourceResponse):
    """Events as they come; `events` is closed when the client goes."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[ChatEvent, None]) -> None:
        super().__init__(_on_the_wire(events), shutdown_grace_period=GRACE_SECONDS)


async def _on_the_wire(events: AsyncGenerator[ChatEvent, None]) -> AsyncGenerator[ServerSentEvent, None]:
    async with aclosing(events):
        async for event in events:
            retry = RETRY_MILLISECONDS if event.event == "status" else None
            yield ServerSentEvent(to_json(event.data).decode(), event=event.event, id=event.id, retry=retry)
