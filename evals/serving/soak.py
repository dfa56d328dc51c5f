"""A steady load for a long time: errors, memory that grows, and a web process that stands still."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from evals.report import BenchRow
from evals.serving.figures import after_warming, percentile, slope_per_minute
from evals.serving.shop_server import Server, inherited
from evals.serving.turns import PATIENCE, Ask, Turn, failures

CALLERS = 2
THINKING_SECONDS = 1.0
"""between an answer and the next question of the same caller"""
SAMPLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Soaked:
    """What a soak showed. Memory is resident, in MB a minute, without the first fifth of the time."""

    minutes: float
    turns: int
    errors: int
    web_growth: float
    engine_growth: float
    stall_p999: float
    """milliseconds until `/livez` answered"""
    stall_longest: float


def soak(server: Server, ask: Ask, questions: Iterator[str], minutes: float) -> Soaked:
    seconds = minutes * 60
    command = [sys.executable, "-P", "-m", "evals.serving.probe", server.url, str(seconds)]
    with subprocess.Popen(command, env=inherited(), stdout=subprocess.PIPE, text=True) as probe:  # noqa: S603 - our own module
        turns, samples = asyncio.run(_load(server, ask, questions, seconds))
        told = json.loads(probe.communicate()[0])
    moments = [at for at, _, _ in samples]
    web = after_warming(moments, [web for _, web, _ in samples])
    engine = after_warming(moments, [engine for _, _, engine in samples])
    return Soaked(
        minutes,
        len(turns),
        len(failures(turns)) + told["missed"],
        slope_per_minute(*web),
        slope_per_minute(*engine),
        percentile(told["milliseconds"], 99.9),
        max(told["milliseconds"]),
    )


def soak_rows(one: Soaked) -> list[BenchRow]:
    case = f"soak, {one.minutes:g} min"
    return [
        BenchRow(case, "turns", one.turns),
        BenchRow(case, "errors", one.errors),
        BenchRow(case, "web process, MB/min", one.web_growth),
        BenchRow(case, "engine processes, MB/min", one.engine_growth),
        BenchRow(case, "/livez, p99.9 ms", one.stall_p999),
        BenchRow(case, "/livez, longest ms", one.stall_longest),
    ]


async def _load(
    server: Server, ask: Ask, questions: Iterator[str], seconds: float
) -> tuple[list[Turn], list[tuple[float, float, float]]]:
    """All turns, and (moment, MB of the web process, MB of the engines) now and then."""
    end = time.monotonic() + seconds
    turns: list[Turn] = []
    samples: list[tuple[float, float, float]] = []

    async def call(client: httpx.AsyncClient) -> None:
        while time.monotonic() < end:
            turns.append(await ask(client, next(questions)))
            await asyncio.sleep(THINKING_SECONDS)

    async def watch() -> None:
        while time.monotonic() < end:
            samples.append((time.monotonic(), *server.memory()))
            await asyncio.sleep(SAMPLE_SECONDS)

    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        await asyncio.gather(watch(), *(call(client) for _ in range(CALLERS)))
    return turns, samples
