"""`POST /v1/chat`: one turn at the support desk as server-sent events.

Events, in order: `sentence` for each checked sentence as soon as it may be shown, then `done` with the whole answer (as
`hawker ask --json` has it), or `error`. A connection that drops ends the waiting, not the turn: it is stored whole.

Who the customer is says the shop's own server, which has a key. A visitor without one is nobody in particular: else
anyone could read anyone's orders by naming them.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Literal

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from agent.house import House
from agent.support import answer
from core.errors import HawkerError, UserError
from core.plain import plain
from core.support import Sentence, SupportQuestion
from server.deps import LetIn, OpenHouse
from server.draining import GRACE_SECONDS
from server.faults import body

router = APIRouter(tags=["chat"])


class ChatTurn(BaseModel):
    """One message of a customer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"message": "How long do I have to return boots?"}}
    )

    message: str = Field(min_length=1, max_length=4000)
    customer: str | None = Field(None, description="the customer as your own system identified them")
    conversation: str | None = Field(None, description="`conversation_id` of an earlier answer, to go on with it")
    lang: Literal["en", "zh"] | None = None


@router.post("/v1/chat", response_class=EventSourceResponse)
async def chat(turn: ChatTurn, house: OpenHouse, caller: LetIn) -> EventSourceResponse:
    """Answer from the shop's knowledge, sentence by sentence as the checks pass."""
    if turn.customer is not None and caller.kind == "visitor":
        raise UserError("customer", turn.customer, "none without an API key", "identify customers on your own server")
    asked = SupportQuestion(turn.message, turn.customer, turn.conversation, turn.lang)
    return EventSourceResponse(_events(house, asked), shutdown_grace_period=GRACE_SECONDS)


async def _events(house: House, asked: SupportQuestion) -> AsyncIterator[ServerSentEvent]:
    sender, receiver = anyio.create_memory_object_stream[ServerSentEvent](64)
    async with anyio.create_task_group() as tasks, receiver:
        tasks.start_soon(anyio.to_thread.run_sync, _answer, house, asked, sender)
        async for event in receiver:
            yield event


def _answer(house: House, asked: SupportQuestion, sender: MemoryObjectSendStream[ServerSentEvent]) -> None:
    """Runs in a thread of its own: the desk blocks while the model writes."""

    def send(name: str, value: object) -> None:
        event = ServerSentEvent(json.dumps(plain(value), ensure_ascii=False), event=name)
        # Where nobody listens any more the turn is still finished and stored.
        with suppress(anyio.BrokenResourceError):
            anyio.from_thread.run(sender.send, event)

    def show(sentence: Sentence) -> None:
        send("sentence", sentence)

    try:
        send("done", answer(house, asked, show))
    except HawkerError as error:
        send("error", body(str(error), type(error).__name__)["error"])
    finally:
        anyio.from_thread.run_sync(sender.close)
