"""`POST /v1/chat`: one turn at the support desk as server-sent events (server/chat_events.py).
`GET /v1/chat/turns/{turn}` goes on where a connection was cut.

A connection that drops ends the model's writing at once. The desk then ends the answer by quotation and stores it, and
whoever comes back hears the rest: of a turn that still runs here from this process, of one that was stored from any.

Who the customer is says the shop's own server, which has a key. A visitor without one is nobody in particular: else
anyone could read anyone's orders by naming them. A turn's id is a secret of 128 bits, so that nobody finds another's.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Any, Literal

import anyio
from anyio import to_thread
from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from agent.house import House
from core.errors import NotFound, UserError
from core.stopping import StopSign
from core.support import SupportQuestion
from server import problems
from server.callers import Caller
from server.chat_events import ChatEvent, ChatEvents, told_again
from server.deps import HeldPlace, LetIn, OpenHouse, OpenTurns, OwnThreads
from server.desk_turns import take_turn
from server.event_stream import EventStream
from server.threads import Threads
from server.turns import LiveTurn, Turns

router = APIRouter(tags=["chat"])
TURN = r"^[0-9a-f]{32}$"
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"model": ChatEvents, "description": "server-sent events; the schema is that of each one"}
}


class ChatTurn(BaseModel):
    """One message of a customer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"message": "How long do I have to return boots?"}}
    )

    message: str = Field(min_length=1, max_length=4000)
    customer: str | None = Field(None, description="the customer as your own system identified them")
    conversation: str | None = Field(None, description="`conversation_id` of an earlier answer, to go on with it")
    lang: Literal["en", "zh"] | None = None


@router.post("/v1/chat", status_code=200, response_class=EventStream, responses=EVENTS)
async def chat(
    wanted: ChatTurn, house: OpenHouse, caller: LetIn, turns: OpenTurns, threads: OwnThreads, place: HeldPlace
) -> EventStream:
    """Answer from the shop's knowledge, sentence by sentence as the checks pass."""
    if wanted.customer is not None and caller.kind == "visitor":
        raise UserError("customer", wanted.customer, "none without an API key", "identify customers on your own server")
    asked = SupportQuestion(
        wanted.message,
        wanted.customer,
        wanted.conversation,
        wanted.lang,
        turn_id=secrets.token_hex(16),
        quote_from=time.monotonic() + house.settings.chat_quote_seconds,
    )
    return EventStream(_begun(house, asked, turns, threads), when_left=place.give_back)


@router.get(
    "/v1/chat/turns/{turn}",
    status_code=200,
    response_class=EventStream,
    responses={**EVENTS, 204: {"description": "All of it was heard."}, **problems.told(404)},
)
async def resume(
    turn: Annotated[str, Path(pattern=TURN, description="the part of an event's id before the colon")],
    house: OpenHouse,
    caller: LetIn,
    turns: OpenTurns,
    last_event_id: Annotated[str | None, Header(description="of the last event that was received")] = None,
) -> Response:
    """The events of a turn after the last one received, all of them without Last-Event-ID; 204 where none is left."""
    after = _number(turn, last_event_id)
    live = turns.find(turn)
    if live is not None and _may_hear(caller, live.of_customer):
        return EventStream(live.listen(after)) if live.has_more(after) else Response(status_code=204)
    told = await to_thread.run_sync(house.store.conversations.told, turn)
    if told is None or not _may_hear(caller, told.customer_id is not None):
        raise NotFound("turn", turn, "a turn that was begun here and answered", "ask again by POST /v1/chat")
    left = told_again(turn, told)[after:]
    return EventStream(_each(left)) if left else Response(status_code=204)


async def _begun(
    house: House, asked: SupportQuestion, turns: Turns, threads: Threads
) -> AsyncGenerator[ChatEvent, None]:
    """Runs as long as the turn does, also where its listener leaves before."""
    assert asked.turn_id is not None
    turn = LiveTurn(asked.turn_id, asked.customer_id is not None, StopSign(house.settings.chat_seconds))
    turns.begin(turn)
    try:
        async with anyio.create_task_group() as tasks, aclosing(turn.listen()) as events:
            tasks.start_soon(take_turn, house, asked, turn, threads.chats)
            async for event in events:
                yield event
    finally:
        turns.end(turn)


async def _each(events: Sequence[ChatEvent]) -> AsyncGenerator[ChatEvent, None]:
    for event in events:
        yield event


def _may_hear(caller: Caller, of_customer: bool) -> bool:
    """A visitor is nobody in particular, and so never a customer whom a key named."""
    return caller.kind != "visitor" or not of_customer


def _number(turn: str, last_event_id: str | None) -> int:
    """Of the last event received, 0 for none. Raises `UserError` for an id that is not of this turn."""
    if not last_event_id:
        return 0
    named, _, number = last_event_id.partition(":")
    if named != turn or not (number.isdecimal() and number.isascii() and len(number) < 7):
        raise UserError("Last-Event-ID", last_event_id, "the id of an event of this turn", "leave it out to hear all")
    return int(number)
