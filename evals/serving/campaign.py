"""A campaign's e-mails over HTTP, alone and with customers asking meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from core.errors import HawkerError
from evals.report import BenchRow
from evals.serving.figures import percentile
from evals.serving.turns import PATIENCE, PERCENTS, Ask, Turn, failures

LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Batch:
    """One campaign that was written. `seconds` are of the writing alone."""

    recipients: int
    tokens: int
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Beside:
    """What a batch and the questions beside it came to."""

    batch: Batch
    turns: tuple[Turn, ...]


def write_beside(
    url: str, seed: int, recipients: int, ask: Ask, questions: Iterator[str], every: float | None
) -> Beside:
    """Write a campaign of its own (`seed`) to `recipients`, a question asked every `every` seconds until it is done;
    None: no question. A question does not wait for the one before."""

    async def run() -> Beside:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            job = asyncio.create_task(_written(client, url, seed, recipients))
            asked: list[asyncio.Task[Turn]] = []
            while every is not None and not (await asyncio.wait([job], timeout=every))[0]:
                asked.append(asyncio.create_task(ask(client, next(questions))))
            batch = await job
            return Beside(batch, tuple(await asyncio.gather(*asked)))

    return asyncio.run(run())


async def _written(client: httpx.AsyncClient, url: str, seed: int, recipients: int) -> Batch:
    campaign = {"name": f"bench-{seed}-{time.time_ns()}", "goal": "say thank you", "language": "en", "seed": seed}
    order = {"campaign": campaign, "per": "context", "limit": recipients}
    answer = await client.post(f"{url}/v1/emails", json=order)
    answer.raise_for_status()
    while (job := await _job(client, f"{url}{answer.json()['url']}"))["status"] not in ("done", "failed"):
        await asyncio.sleep(LOOK_SECONDS)
    if job["status"] == "failed":
        raise HawkerError(f"bench serve: the e-mails failed: {job['error']}")
    summary = job["result"]["summary"]
    return Batch(summary["recipients"], summary["tokens"], summary["seconds"])


async def _job(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(url)).raise_for_status().json()
    return found


def beside_rows(url: str, recipients: int, ask: Ask, questions: Iterator[str], every: float) -> list[BenchRow]:
    """The e-mails alone, then as many with questions; their seeds differ, so that the second are written too."""
    alone = write_beside(url, 1, recipients, ask, questions, None).batch
    both = write_beside(url, 2, recipients, ask, questions, every)
    case = f"beside e-mails to {both.batch.recipients}, a question every {every:g} s"
    times = [turn.first_text for turn in both.turns]
    rows = [BenchRow(case, f"first text, p{percent} s", percentile(times, percent)) for percent in PERCENTS if times]
    speed, lone = both.batch.tokens_per_second, alone.tokens_per_second
    return [
        *rows,
        BenchRow(case, "questions asked", len(times)),
        BenchRow(case, "failed", len(failures(both.turns))),
        BenchRow(case, "e-mails, tokens/s", speed, lone, "the e-mails alone", speed / lone if lone else None),
    ]
