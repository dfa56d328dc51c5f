"""`hawker demo`: the three journeys on the demo shop, in about a minute on a laptop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli import edge

if TYPE_CHECKING:
    from agent.house import House

T = TypeVar("T")
PRODUCT, CHANNEL, SEGMENTS = "TENT-2", "meta-feed", ("bargain-hunters", "champions")
CHINESE_CHANNEL = "xiaohongshu"
RECIPIENTS = 50


def demo(
    yes: Annotated[bool, typer.Option("--yes", help="load the demo shop into this home without asking")] = False,
) -> None:
    """Load the demo shop and show the three journeys: ads, support answers, personal e-mails."""
    started = time.monotonic()
    with edge.house() as house:
        _make_room(house, yes)
        house.engine("en")  # loads in its own process while the shop is read
        _timed("loading the demo shop: 60 products, 50 articles, 2,000 customers", lambda: _load(house))
        for segment in SEGMENTS:
            _timed(f"five ads for {PRODUCT}, for {segment}", partial(_ads, house, segment))
        if _speaks_chinese(house):
            _timed(f"two notes for {PRODUCT} in Chinese", partial(_notes, house))
        _timed("four questions at the support desk", lambda: _questions(house))
        _timed(f"{RECIPIENTS} personal e-mails", lambda: _emails(house))
    _where_next(time.monotonic() - started)


def _make_room(house: House, yes: bool) -> None:
    from core.errors import UserError
    from shop.demo import DEMO_BRAND

    brand = house.store.shop.brand()
    if brand is not None and brand.name != DEMO_BRAND:
        fix = "set HAWKER_HOME to an empty folder for the demo"
        raise UserError("HAWKER_HOME", house.settings.home, f"a home without a shop, but it holds {brand.name}", fix)
    if not yes and not typer.confirm(f"Load the demo shop into {house.settings.home}?", err=True):
        raise typer.Abort


def _load(house: House) -> None:
    from agent.refresh import refresh
    from shop.demo.folder import write_demo
    from shop.loading import load_shop

    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder))
        load_shop(house.store, Path(folder), None)
    refresh(house, lambda stage: edge.err().print(f"  {stage}", style="dim", markup=False))


def _ads(house: House, segment: str) -> None:
    from agent.copywriter import write_copy
    from cli.copy import show
    from core.copy import CopyRequest

    show(write_copy(house, CopyRequest(PRODUCT, CHANNEL, segment=segment)), 5)


def _speaks_chinese(house: House) -> bool:
    from core.errors import ModelMissing

    try:
        house.engine("zh")
    except ModelMissing:
        return False
    return True


def _notes(house: House) -> None:
    from agent.copywriter import write_copy
    from cli.copy import show
    from core.copy import CopyRequest

    show(write_copy(house, CopyRequest(PRODUCT, CHINESE_CHANNEL, language="zh", count=2)), 2)


def _questions(house: House) -> None:
    from agent.support import answer
    from cli.ask import print_sentence, show_rest
    from core.support import SupportQuestion
    from shop.demo.known import DEMO_CUSTOMER

    asked = (
        SupportQuestion("How long do I have to send boots back?"),
        SupportQuestion("退货需要自己付运费吗？"),
        SupportQuestion("Where is my order?", customer_id=DEMO_CUSTOMER),
        SupportQuestion("Do you sell wedding cakes?"),
    )
    for question in asked:
        who = f"customer {question.customer_id}" if question.customer_id else "a visitor"
        edge.out().print(f"{who}: {question.text}", style="bold", markup=False)
        show_rest(answer(house, question, print_sentence))


def _emails(house: House) -> None:
    from campaigns.generation import Summary, generate_drafts
    from campaigns.spec import load_campaign
    from cli.emails import show_draft, show_summary
    from shop.demo import DEMO_CAMPAIGN

    spec, summary = load_campaign(DEMO_CAMPAIGN), Summary()
    drafts = list(generate_drafts(house, spec, summary, limit=RECIPIENTS, resume=True))
    for draft in drafts[:2]:
        show_draft(draft)
    show_summary(spec.name, summary)


def _timed(title: str, work: Callable[[], T]) -> T:
    console = edge.err()
    console.print(f"\n[bold]{title}[/bold]")
    started = time.monotonic()
    result = work()
    console.print(f"[dim]{time.monotonic() - started:.1f} s[/dim]")
    return result


def _where_next(seconds: float) -> None:
    edge.err().print(
        f"\nDone in {seconds:.0f} s. Where to look next:\n"
        f"  hawker copy --product {PRODUCT} --channel google-rsa     other channels, segments, tones\n"
        "  hawker chat                                         talk to the support desk\n"
        "  hawker emails show demo-winback                     read the drafts\n"
        "  hawker serve                                        the same by HTTP, and a page to try it\n"
        "  hawker shop load YOUR_FOLDER                        your own shop, see docs/LAYOUT.md",
        markup=False,
    )
