"""`hawker bench engine`: our engine beside OpenVINO driven raw and beside transformers' padded batch.

Same weights, same prompts of about 300 tokens, 96 greedy new tokens each, one and 64 at once; every repetition has
prompts of its own, so that no cache of prefixes helps anybody. Each contender has the machine to itself.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import HawkerError
from core.generation import GenerationRequest, Message, Sampling
from core.settings import Settings
from engine.opening import open_engine
from engine.peers import NEW_TOKENS, PEERS
from engine.protocol import Engine
from engine.shelf import require_model
from engine.templates import PromptEncoder
from evals.report import BenchReport, BenchRow, compare, this_machine

SIZES = (1, 64)
"""prompts at once"""
_PROMPT_WORDS = 225  # about 300 tokens with the template
_WORDS = ("tent", "river", "winter", "jacket", "light", "rope", "morning", "trail", "stone", "boots", "rain", "lamp")


@dataclass(frozen=True, slots=True)
class _Rate:
    size: int
    tokens_per_second: float


def run(settings: Settings, repeats: int = 3) -> BenchReport:
    """Medians of `repeats`. Raises `ModelMissing` where the configured model is not installed."""
    folder = require_model(settings, settings.model)
    batches = [stories(size, repeat) for size in SIZES for repeat in range(repeats + 1)]
    ours = _ours(settings, batches)
    encoder = PromptEncoder(folder)
    tokens = [[encoder.encode(request.messages) for request in batch] for batch in batches]
    rows: list[BenchRow] = []
    for peer in PEERS:
        theirs = _measured(run_peer(peer, str(folder), settings.threads, tokens), batches, repeats)
        rows += [compare(f"{size} at once", "tokens/s", _of(ours, size), _of(theirs, size), peer) for size in SIZES]
    return BenchReport("engine", this_machine(), tuple(rows))


def _ours(settings: Settings, batches: list[list[GenerationRequest]]) -> list[_Rate]:
    engine = open_engine(settings, settings.model)
    try:
        timed = [_timed(engine, batch) for batch in batches]
    finally:
        engine.close()
    return _measured(timed, batches, len(batches) // len(SIZES) - 1)


def _timed(engine: Engine, batch: list[GenerationRequest]) -> tuple[int, float]:
    started = time.perf_counter()
    results = engine.generate(batch)
    seconds = time.perf_counter() - started
    failed = next((result.error for result in results if result.error), None)
    if failed:
        raise HawkerError(f"bench engine: a request failed: {failed}")
    return sum(result.new_tokens for result in results), seconds


def _measured(timed: list[tuple[int, float]], batches: list[list[GenerationRequest]], repeats: int) -> list[_Rate]:
    """Rates without the first batch of each size, which warms up."""
    pairs = list(zip(batches, timed, strict=True))
    kept = [pair for at, pair in enumerate(pairs) if at % (repeats + 1)]
    return [_Rate(len(batch), tokens / seconds) for batch, (tokens, seconds) in kept]


def _of(rates: Iterable[_Rate], size: int) -> list[float]:
    return [rate.tokens_per_second for rate in rates if rate.size == size]


def run_peer(name: str, folder: str, threads: int | None, tokens: list[list[list[int]]]) -> list[tuple[int, float]]:
    """Run one peer in an interpreter of its own: (new tokens, seconds) of each batch of prompts."""
    command = [sys.executable, "-P", "-m", "engine.peers", name, folder, str(threads or 0)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        command, input=json.dumps(tokens), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise HawkerError(f"bench engine: peer {name} failed: {done.stderr.strip().splitlines()[-1]}")
    measured: list[tuple[int, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return measured


def stories(size: int, repeat: int) -> list[GenerationRequest]:
    """`size` prompts of about 300 tokens; those of another repetition differ from the first word on."""
    return [_request(random.Random(f"{size} {repeat} {at}"), at) for at in range(size)]


def _request(chance: random.Random, at: int) -> GenerationRequest:
    """A prompt that no other shares its beginning with, and that asks for more than will be written."""
    notes = " ".join(chance.choice(_WORDS) for _ in range(_PROMPT_WORDS))
    messages = (
        Message("system", f"Notes {chance.random():.6f}: {notes}"),
        Message("user", "Write a very long story, at least two thousand words, that uses these notes."),
    )
    return GenerationRequest(str(at), messages, Sampling(max_new_tokens=NEW_TOKENS))
