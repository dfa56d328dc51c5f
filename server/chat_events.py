"""What a client hears of a chat turn: typed events, in one order, numbered so that a cut stream can be resumed.

Event `n` of a turn has the id `<turn>:<n>`. `status` comes first; then each `sentence` with the `citation`s that carry
it; then `action` and `done`. `error` ends a turn that could not be answered, at any point.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, Field, RootModel

from core.errors import HawkerError
from core.support import Action, Sentence, Stage, SupportAnswer, ToldTurn
from server.faults import body


class Status(BaseModel):
    """What the desk is at. `turn` is the secret under which the turn can be resumed."""

    turn: str
    stage: Literal["waiting"] | Stage


class ShownSentence(BaseModel):
    """A checked sentence of the answer, the first one with number 1."""

    number: int
    text: str


class ShownCitation(BaseModel):
    """Where the sentence of this number comes from, in the source's own words."""

    sentence: int
    source: str
    quote: str


class Taken(BaseModel):
    """What the desk did, once it is sure."""

    action: Action
    reason: str


class Failure(BaseModel):
    """Why there is no answer, in a line; as every other error of this API."""

    message: str | None
    type: str | None
    param: str | None = None
    request_id: str | None = None


class _Event(BaseModel):
    id: str = Field(description="`<turn>:<number>`, to be sent back as Last-Event-ID")


class StatusEvent(_Event):
    event: Literal["status"] = "status"
    data: Status


class SentenceEvent(_Event):
    event: Literal["sentence"] = "sentence"
    data: ShownSentence


class CitationEvent(_Event):
    event: Literal["citation"] = "citation"
    data: ShownCitation


class ActionEvent(_Event):
    event: Literal["action"] = "action"
    data: Taken


class DoneEvent(_Event):
    event: Literal["done"] = "done"
    data: SupportAnswer


class ErrorEvent(_Event):
    event: Literal["error"] = "error"
    data: Failure


ChatEvent = StatusEvent | SentenceEvent | CitationEvent | ActionEvent | DoneEvent | ErrorEvent
Telling = Status | ShownSentence | ShownCitation | Taken | SupportAnswer | Failure
"""what an event carries"""
_KINDS: dict[type, type[ChatEvent]] = {
    Status: StatusEvent,
    ShownSentence: SentenceEvent,
    ShownCitation: CitationEvent,
    Taken: ActionEvent,
    SupportAnswer: DoneEvent,
    Failure: ErrorEvent,
}


class ChatEvents(RootModel[Annotated[ChatEvent, Field(discriminator="event")]]):
    """One event of the stream: its name, its id, and its data as JSON."""


def numbered(turn: str, number: int, telling: Telling) -> ChatEvent:
    """`telling` as the event of this number, the first of a turn being 1."""
    return _KINDS[type(telling)](id=f"{turn}:{number}", data=telling)


def spoken(number: int, sentence: Sentence) -> Iterator[Telling]:
    """A sentence, and what carries it."""
    yield ShownSentence(number=number, text=sentence.text)
    for citation in sentence.citations:
        yield ShownCitation(sentence=number, source=citation.source, quote=citation.quote)


def ending(answer: SupportAnswer) -> Iterator[Telling]:
    """What ends a turn that was answered."""
    yield Taken(action=answer.action, reason=answer.reason)
    yield answer


def failed(error: HawkerError) -> Failure:
    """What ends a turn that was not."""
    return Failure(**body(str(error), type(error).__name__)["error"])


def told_again(turn: str, told: ToldTurn) -> list[ChatEvent]:
    """The events of a stored turn, the same as when it was told first."""

    def tellings() -> Iterator[Telling]:
        for stage in ("waiting", *told.stages):
            yield Status(turn=turn, stage=stage)
        for number, sentence in enumerate(told.sentences, 1):
            yield from spoken(number, sentence)
        yield from ending(told.answer)

    return [numbered(turn, number, telling) for number, telling in enumerate(tellings(), 1)]
