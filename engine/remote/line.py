"""The line to the servers: one thread in which all requests of an engine are tasks, so that any can be cut off.

A try that failed is made again while patience lasts, unless somebody has read of its answer already. Synchronous
clients in a thread a request were the alternative; nothing wakes a thread that waits for a server's next word.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

import httpx

from core.errors import EngineFailed, HawkerError
from engine.remote.addresses import Addresses
from engine.remote.asked import Asked, Outcome
from engine.remote.events import check, events
from engine.remote.faults import Rejected, Unavailable
from engine.remote.patience import Patience
from engine.runtime import PAST_DEADLINE

CONNECT_SECONDS = 10.0
PATH = "/chat/completions"


@dataclass(frozen=True, slots=True)
class LineSpec:
    """`seconds`: of one answer, further tries included. `in_flight`: at the servers at once; the rest waits here."""

    urls: tuple[str, ...]
    headers: dict[str, str]
    seconds: float
    in_flight: int


class Line:
    """Starts its thread at once and connects with the first request."""

    def __init__(self, spec: LineSpec, name: str) -> None:
        self._spec, self._name = spec, name
        self._addresses = Addresses(spec.urls)
        self._places = asyncio.Semaphore(spec.in_flight)
        self._tasks: dict[Asked, asyncio.Task[None]] = {}
        self._closing = False
        self._door = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"remote {name}", daemon=True)
        self._thread.start()

    def submit(self, asked: Asked) -> None:
        """Ask; `asked` hears how it ends, after `close` at once."""
        with self._door:
            if not self._closing:
                self._loop.call_soon_threadsafe(self._start, asked)
                return
        asked.end(self._closed())

    def cancel(self, asked: Asked) -> None:
        """Hang up; `asked` ends as cancelled, if it has not ended yet."""
        with self._door:
            if not self._closing:
                self._loop.call_soon_threadsafe(self._hang_up, asked)

    def close(self) -> None:
        """Fail what is under way and end the thread. A second close does nothing."""
        with self._door:
            closing, self._closing = self._closing, True
        if not closing:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        timeout = httpx.Timeout(self._spec.seconds, connect=min(CONNECT_SECONDS, self._spec.seconds))
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=self._spec.in_flight)
        self._client = httpx.AsyncClient(headers=self._spec.headers, timeout=timeout, limits=limits)
        self._loop.run_forever()
        for asked in list(self._tasks):
            self._hang_up(asked)
        self._loop.run_until_complete(self._wind_up())
        self._loop.close()

    async def _wind_up(self) -> None:
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._client.aclose()

    def _start(self, asked: Asked) -> None:
        task = self._loop.create_task(self._write(asked))
        self._tasks[asked] = task
        if (seconds := asked.request.deadline_seconds) is not None:
            deadline = self._loop.call_later(seconds, self._give_up, asked)
            task.add_done_callback(lambda done: deadline.cancel())
        task.add_done_callback(lambda done: self._end(asked, done))

    def _hang_up(self, asked: Asked) -> None:
        if (task := self._tasks.get(asked)) is not None:
            task.cancel()

    def _give_up(self, asked: Asked) -> None:
        asked.late = True
        self._hang_up(asked)

    def _end(self, asked: Asked, task: asyncio.Task[None]) -> None:
        del self._tasks[asked]
        asked.end(self._outcome(asked, task))

    def _outcome(self, asked: Asked, task: asyncio.Task[None]) -> Outcome:
        if task.cancelled():
            late = PAST_DEADLINE if asked.late else None
            return self._closed() if self._closing else asked.result("cancelled", late)
        match task.exception():
            case None:
                return asked.result()
            case Rejected() as fault:
                return asked.result("error", str(fault))
            case HawkerError() as error:
                return error
            case error:
                return EngineFailed(f"asking {self._spec.urls[0]} failed: {type(error).__name__}")

    async def _write(self, asked: Asked) -> None:
        async with self._places:
            patience = Patience(self._spec.seconds)
            while not asked.complete:
                url = self._addresses.next()
                try:
                    async with asyncio.timeout(patience.left):
                        await self._try(url + PATH, asked)
                except TimeoutError:
                    seconds = f"{self._spec.seconds:g} s (HAWKER_REMOTE_TIMEOUT)"
                    raise EngineFailed(f"{url} did not end an answer within {seconds}") from None
                except Unavailable as fault:
                    if asked.shown:
                        raise EngineFailed(f"{fault}; the answer had begun, so it is not asked for again") from None
                    asked.restart()
                    if not self._addresses.failed(url):
                        await asyncio.sleep(patience.pause(fault))

    async def _try(self, url: str, asked: Asked) -> None:
        """Ask once. Raises `Unavailable` where another try may succeed."""
        try:
            async with self._client.stream("POST", url, json=asked.body) as response:
                whole = response.status_code == 200
                check(response, "" if whole else (await response.aread()).decode("utf-8", errors="replace"))
                async for event in events(response):
                    asked.take(event)
        except httpx.HTTPError as error:
            raise Unavailable(f"{url} cannot be reached: {_why(error)}") from None
        if not asked.complete:
            raise Unavailable(f"{url} broke off in mid-answer")

    def _closed(self) -> EngineFailed:
        return EngineFailed(f"the engine of {self._name} was closed")


def _why(error: httpx.HTTPError) -> str:
    return " ".join(str(error).split()) or type(error).__name__
