"""Support turns over HTTP: how long until a customer reads the first words."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from evals.report import BenchRow
from evals.serving.figures import percentile

PERCENTS = (50, 95)
PATIENCE = httpx.Timeout(120.0)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question's answer as its asker saw it. Times are seconds from the asking."""

    first_text: float
    whole: float
    action: str = ""
    """`answer`, `handoff` ..."""
    error: str = ""
    """why there is no whole answer"""


Ask = Callable[[httpx.AsyncClient, str], Coroutine[Any, Any, Turn]]
"""asks one question of one server"""


def asker(url: str) -> Ask:
    """Asks our server, by server-sent events."""

    async def ask(client: httpx.AsyncClient, question: str) -> Turn:
        started = time.perf_counter()
        try:
            async with client.stream("POST", f"{url}/v1/chat", json={"message": question, "lang": "en"}) as answer:
                if answer.status_code != httpx.codes.OK:
                    return Turn(0.0, 0.0, error=f"status {answer.status_code}")
                return await _heard(answer, started)
        except httpx.HTTPError as error:
            return Turn(0.0, 0.0, error=type(error).__name__)

    return ask


async def _heard(answer: httpx.Response, started: float) -> Turn:
    """The turn as its events tell it, those of other names left aside."""
    first = 0.0
    async for event, data in _events(answer):
        if event == "sentence":
            first = first or time.perf_counter() - started
        elif event == "error":
            return Turn(first, time.perf_counter() - started, error=data)
        elif event == "done":
            whole = time.perf_counter() - started
            return Turn(first or whole, whole, str(json.loads(data)["action"]))
    return Turn(first, time.perf_counter() - started, error="the stream ended without `done`")


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, str]]:
    """(name, data) of each; our events have one line of data."""
    name = ""
    async for line in answer.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, value


def ask_at_once(ask: Ask, questions: Iterator[str], callers: int) -> list[Turn]:
    """Every question, by `callers` who each ask again as soon as they are answered."""

    async def run() -> list[Turn]:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:

            async def call() -> list[Turn]:
                return [await ask(client, question) for question in questions]

            made = await asyncio.gather(*(call() for _ in range(callers)))
        return list(itertools.chain.from_iterable(made))

    return asyncio.run(run())


def failures(turns: Sequence[Turn]) -> list[str]:
    return [turn.error for turn in turns if turn.error]


def turn_rows(case: str, ours: Sequence[Turn], peers: Sequence[Turn], peer_name: str) -> list[BenchRow]:
    """Time to the first text that was shown, beside the peer's, and how many turns came to nothing."""
    rows = []
    for percent in PERCENTS:
        mine, theirs = (percentile([turn.first_text for turn in turns], percent) for turns in (ours, peers))
        rows.append(
            BenchRow(case, f"first text, p{percent} s", mine, theirs, peer_name, theirs / mine if mine else None)
        )
    return [*rows, BenchRow(case, "failed", len(failures(ours)), len(failures(peers)), peer_name)]
