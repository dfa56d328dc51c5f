"""`hawker bench serve`: the real server over the demo shop, driven over HTTP, beside named peers in the same run.

Support turns by one caller and by eight, beside a plain FastAPI server; e-mails with customers asking meanwhile, beside
the e-mails alone; completions by many callers at once, beside the raw runtime; with `--soak` a steady load. Each
contender has the machine to itself.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from core.settings import Settings
from evals.demo_home import demo_home
from evals.report import BenchReport, BenchRow, this_machine
from evals.serving.campaign import beside_rows
from evals.serving.peer import NAME, plain_server, rendered_turns
from evals.serving.questions import demo_questions, varied
from evals.serving.rates import overhead_row, rate_rows, raw_rates, served_rates
from evals.serving.shop_server import shop_server
from evals.serving.soak import soak, soak_rows
from evals.serving.turns import Ask, Turn, ask_at_once, asker, turn_rows

TURN_CALLERS = (1, 8)
WARM_TURNS = 4
OVERHEADS = 60


@dataclass(frozen=True, slots=True)
class ServeLoad:
    """How much is asked of the server."""

    callers: tuple[int, ...] = (1, 4, 16, 64)
    """of completions, at once"""
    recipients: int = 2_000
    turns: int = 40
    """support turns at each number of callers"""
    every: float = 10.0
    """seconds from one question to the next beside the e-mails"""
    soak_minutes: float = 0.0


def run(settings: Settings, load: ServeLoad = ServeLoad(), repeats: int = 3) -> BenchReport:
    """`repeats` of the completions, medians. Raises `ModelMissing` where the model or the embedder is not installed,
    `HawkerError` where a server fails."""
    with demo_home(settings) as own:
        questions = varied(demo_questions())
        turns = [list(itertools.islice(questions, load.turns + WARM_TURNS)) for _ in TURN_CALLERS]
        prompts = rendered_turns(own, list(itertools.chain.from_iterable(turns)))
        with shop_server(own) as server:
            ask = asker(server.url)
            ours = [_warm_turns(ask, asked, callers) for asked, callers in zip(turns, TURN_CALLERS, strict=True)]
            rates = served_rates(server, load.callers, repeats)
            overhead = overhead_row(server, OVERHEADS)
            beside = beside_rows(server.url, load.recipients, ask, questions, load.every)
            soaked = soak_rows(soak(server, ask, questions, load.soak_minutes)) if load.soak_minutes else []
        with plain_server(own, prompts) as ask:
            theirs = [_warm_turns(ask, asked, callers) for asked, callers in zip(turns, TURN_CALLERS, strict=True)]
        raw = raw_rates(own, load.callers, repeats)
    rows: list[BenchRow] = []
    for callers, mine, peers in zip(TURN_CALLERS, ours, theirs, strict=True):
        rows += turn_rows(f"support turn, callers: {callers}", mine, peers, NAME)
    rows += [*beside, *rate_rows(rates, raw), overhead, *soaked]
    return BenchReport("serve", this_machine(), tuple(rows))


def _warm_turns(ask: Ask, questions: list[str], callers: int) -> list[Turn]:
    """All but the first few, which warm up."""
    ask_at_once(ask, iter(questions[:WARM_TURNS]), callers)
    return ask_at_once(ask, iter(questions[WARM_TURNS:]), callers)
