"""`hawker bench emails`: a campaign to the demo shop by context against by recipient: texts, tokens and seconds.

The shop is loaded into a temporary home with its own store, so that no earlier run's texts are found again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.house import House
from agent.refresh import refresh
from campaigns.contexts import Per
from campaigns.generation import Summary, generate_drafts
from campaigns.spec import parse_campaign
from core.settings import Settings
from evals.report import BenchReport, BenchRow, this_machine
from shop.demo.folder import write_demo
from shop.loading import load_shop

RECIPIENTS = 2_000
"""of these only who consented and whose language has a model are written to"""
CAMPAIGN = {"name": "bench", "goal": "say thank you and suggest one thing", "tone": "friendly"}


def run(settings: Settings, repeats: int = 1) -> BenchReport:
    """Both ways once each: a run takes minutes, and its figures are counts first. `repeats` is not used."""
    del repeats
    context, recipient = _measure(settings, "context"), _measure(settings, "recipient")
    case = f"{context.recipients} recipients, {context.contexts} contexts"
    rows = (
        _row(case, "texts generated", context.generations, recipient.generations),
        _row(case, "tokens", context.tokens, recipient.tokens),
        _row(case, "seconds", context.seconds, recipient.seconds),
        _row(case, "without a message", context.failed, recipient.failed),
    )
    return BenchReport("emails", this_machine(), rows)


def _row(case: str, metric: str, ours: float, peer: float) -> BenchRow:
    """By context is ours, by recipient the peer; less is better."""
    return BenchRow(case, metric, ours, peer, "by recipient", peer / ours if ours else None)


def _measure(settings: Settings, per: Per) -> Summary:
    summary = Summary()
    with demo_shop(settings) as house:
        _ = house.engine("en").context_tokens  # waits until the model is loaded: loading is not writing
        started = time.monotonic()
        for _ in generate_drafts(house, parse_campaign(CAMPAIGN), summary, per, limit=RECIPIENTS):
            pass
        summary.seconds = time.monotonic() - started
    return summary


@contextmanager
def demo_shop(settings: Settings, open_house: Callable[[Settings], House] = House) -> Iterator[House]:
    """The demo shop in a home that is thrown away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"database_url": None, "key_file": None, "chroma_url": None}
        home = settings.model_copy(update={"home": Path(folder) / "home", "models": settings.models_dir, **own})
        with open_house(home) as house:
            write_demo(Path(folder) / "shop")
            load_shop(house.store, Path(folder) / "shop")
            refresh(house)
            yield house
