"""Server-sent events as a response: how our events look on the wire, and what a stop of the server does to them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, get_args

from pydantic_core import to_json
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Message

from server.chat_events import ChatEvent
from server.draining import GRACE_SECONDS

RETRY_MILLISECONDS = 1000
"""after which an EventSource whose connection was cut comes back"""


class EventStream(EventSourceResponse):
    """Events as they come. When the client goes before their end, `when_left` is called at once and `events` is closed,
    which may take a moment."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[ChatEvent, None], when_left: Callable[[], None] = lambda: None) -> None:
        async def left(message: Message) -> None:
            when_left()

        super().__init__(_on_the_wire(events), shutdown_grace_period=GRACE_SECONDS, client_close_handler_callable=left)


async def _on_the_wire(events: AsyncGenerator[ChatEvent, None]) -> AsyncGenerator[ServerSentEvent, None]:
    async with aclosing(events):
        async for event in events:
            retry = RETRY_MILLISECONDS if event.event == "status" else None
            yield ServerSentEvent(to_json(event.data).decode(), event=event.event, id=event.id, retry=retry)


def describe_events(schema: dict[str, Any]) -> None:
    """In OpenAPI the model of a stream's route is that of each event (`itemSchema`, OpenAPI 3.2, section 4.14.4), whose
    data are JSON within a text; FastAPI says the model of the whole."""
    for path in schema["paths"].values():
        for operation in path.values():
            stream = operation["responses"].get("200", {}).get("content", {}).get(EventStream.media_type, {})
            if "$ref" in stream.get("schema", {}):
                stream["itemSchema"] = {"$ref": stream.pop("schema")["$ref"]}
    for name in (kind.__name__ for kind in get_args(ChatEvent)):
        told = schema["components"]["schemas"][name]["properties"]
        told["data"] = {"type": "string", "contentMediaType": "application/json", "contentSchema": told["data"]}
        told["retry"] = {"type": "integer", "description": "milliseconds, after which to come back when cut off"}
