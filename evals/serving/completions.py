"""Completions over HTTP: tokens a second of many callers, and what a request costs beside the model's own work."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from typing import Any

import httpx

from core.errors import HawkerError
from core.generation import GenerationRequest
from evals.serving.shop_server import Server
from evals.serving.turns import PATIENCE

SHORT_TOKENS = 16
_SUM = re.compile(
    r'^hawker:(time_to_first_token|time_per_output_token)_seconds_sum\{model_name="(.*)"\} (\S+)$', re.MULTILINE
)


def timed_at_once(server: Server, batch: Sequence[GenerationRequest]) -> tuple[int, float]:
    """New tokens and seconds of one completion by each of as many callers as there are requests."""

    async def run() -> tuple[int, float]:
        limits = httpx.Limits(max_connections=len(batch))
        async with httpx.AsyncClient(timeout=PATIENCE, limits=limits) as client:
            started = time.perf_counter()
            answers = await asyncio.gather(
                *(client.post(f"{server.url}/v1/chat/completions", json=_body(server, one)) for one in batch)
            )
            seconds = time.perf_counter() - started
        return sum(map(_new_tokens, answers)), seconds

    return asyncio.run(run())


def overheads(server: Server, count: int) -> list[float]:
    """Milliseconds of each of `count` short completions, one after another, that the engine did not work on them: from
    the whole time the engine's own is taken away, as `/metrics` tells it. A hundredth of a second is thus seen on a
    machine whose model's times vary by more."""
    url = f"{server.url}/v1/chat/completions"
    spent = []
    with httpx.Client(timeout=PATIENCE) as client:
        for number in range(count):
            before = _engine_sums(client, server)
            body = {"model": server.model, "max_tokens": SHORT_TOKENS, "temperature": 0}
            messages = [{"role": "user", "content": f"Write a long story about a dog with {number} hats."}]
            started = time.perf_counter()
            answer = client.post(url, json={**body, "messages": messages})
            seconds = time.perf_counter() - started
            first, each = (now - then for now, then in zip(_engine_sums(client, server), before, strict=True))
            spent.append(1000 * (seconds - first - each * (_new_tokens(answer) - 1)))
    return spent


def _body(server: Server, request: GenerationRequest) -> dict[str, Any]:
    messages = [{"role": one.role, "content": one.content} for one in request.messages]
    sampling = request.sampling
    return {
        "model": server.model,
        "messages": messages,
        "max_tokens": sampling.max_new_tokens,
        "temperature": sampling.temperature,
    }


def _new_tokens(answer: httpx.Response) -> int:
    if answer.status_code != httpx.codes.OK:
        raise HawkerError(f"bench serve: a completion failed: {answer.status_code} {answer.text[:200]}")
    return int(answer.json()["usage"]["completion_tokens"])


def _engine_sums(client: httpx.Client, server: Server) -> tuple[float, float]:
    """`engine_seconds` over all requests so far."""
    return engine_seconds(client.get(f"{server.url}/metrics").text, server.model)


def engine_seconds(metrics: str, model: str) -> tuple[float, float]:
    """What `/metrics` says of `model`: seconds to first tokens, and seconds a token after them, each summed."""
    found = {name: float(value) for name, of, value in _SUM.findall(metrics) if of == model}
    return found.get("time_to_first_token", 0.0), found.get("time_per_output_token", 0.0)
