"""Tokens a second of completions by many callers, beside the raw runtime given the same prompts as one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from core.settings import Settings
from engine.shelf import require_model
from engine.templates import PromptEncoder
from evals.bench_engine import run_peer, stories
from evals.report import BenchRow, compare
from evals.serving.completions import overheads, timed_at_once
from evals.serving.shop_server import Server

RAW = "openvino-raw"
Rates = Mapping[int, list[float]]
"""callers -> tokens a second, of each repetition"""


def served_rates(server: Server, callers: Sequence[int], repeats: int) -> Rates:
    """Through the server, the first of each number of callers left out: it warms up."""
    rates: dict[int, list[float]] = {}
    for count in callers:
        timed = [timed_at_once(server, stories(count, repeat)) for repeat in range(repeats + 1)]
        rates[count] = [tokens / seconds for tokens, seconds in timed[1:]]
    return rates


def raw_rates(settings: Settings, callers: Sequence[int], repeats: int) -> Rates:
    """The runtime alone, driven directly, on the same prompts."""
    folder = require_model(settings, settings.model)
    encoder = PromptEncoder(folder)
    places = [(count, repeat) for count in callers for repeat in range(repeats + 1)]
    prompts = [[encoder.encode(one.messages) for one in stories(*place)] for place in places]
    rates: dict[int, list[float]] = {count: [] for count in callers}
    for (count, repeat), (tokens, seconds) in zip(
        places, run_peer(RAW, str(folder), settings.threads, prompts), strict=True
    ):
        if repeat:
            rates[count].append(tokens / seconds)
    return rates


def rate_rows(ours: Rates, raw: Rates) -> list[BenchRow]:
    return [compare(f"completions, callers: {count}", "tokens/s", ours[count], raw[count], RAW) for count in ours]


def overhead_row(server: Server, count: int) -> BenchRow:
    """Median of what a request costs beside the engine's own work on it."""
    return BenchRow("one short completion", "ms beside the engine's own time", median(overheads(server, count)))
