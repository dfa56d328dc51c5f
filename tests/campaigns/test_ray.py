"""A campaign written by two workers of a real Ray: the same mails as here, nothing twice, and a death between."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import agent.emailer
from agent.house import House
from campaigns.generation import Summary, generate_drafts
from campaigns.ray_house import RayHouse
from campaigns.spec import CampaignSpec, parse_campaign
from core.customer import Consent, Customer, CustomerProfile
from core.mail import EmailDraft
from core.settings import Settings, load_settings
from core.shop import Brand, Product
from engine.protocol import Engine
from engine.ray_worker import EngineOrder, Opener

pytestmark = pytest.mark.usefixtures("ray_cluster")

Openers = Callable[..., Opener]
LAMP = Product(
    "LAMP-1",
    {"en": "Fen Reading Lamp"},
    attributes={"en": {"Material": "brass", "Weight": "900 g"}},
    price=Decimal("49"),
    currency="USD",
)
YES = Consent("email", True, datetime(2026, 3, 1, tzinfo=UTC), "checkout")
CUSTOMERS = [f"c{number:02}" for number in range(60)]
TRAITS = list(itertools.product(("loyal", "at-risk", "new-customers"), ("budget", "premium"), ("positive", "negative")))


class HereHouse(House):
    """Writes in this process what the workers write in theirs."""

    def __init__(self, settings: Settings, opener: Opener) -> None:
        super().__init__(settings)
        self._opener = opener

    def _open_engine(self, name: str, *unused: object) -> Engine:
        return self._opener(EngineOrder(name, "scripted"))


@pytest.fixture
def shop(tmp_path: Path) -> Callable[[str], Settings]:
    """Homes with the same shop, whose customers share twelve contexts."""

    def made(name: str) -> Settings:
        settings = load_settings(home=tmp_path / name, engine="scripted")
        with House(settings) as house:
            house.store.shop.set_brand(Brand("Fen & Co"))
            house.store.shop.put_products([LAMP])
            house.store.customers.put(
                Customer(one, f"Name{one}", email=f"{one}@example.org", consents=(YES,)) for one in CUSTOMERS
            )
            house.store.profiles.put(
                CustomerProfile(
                    one,
                    segment=segment,
                    price_band=band,
                    sentiment=sentiment,
                    last_product_id="SHELF-1",
                    last_product_name=f"Shelf {one}",
                )
                for one, (segment, band, sentiment) in zip(CUSTOMERS, itertools.cycle(TRAITS), strict=False)
            )
        return settings

    return made


def campaign(name: str) -> CampaignSpec:
    return parse_campaign({"name": name, "goal": "say thank you", "products": ["LAMP-1"]})


def mails(drafts: Iterable[EmailDraft]) -> dict[str, tuple[object, ...]]:
    return {one.customer_id: (one.context, dict(one.slots), one.subject, one.body) for one in drafts}


def counted(summary: Summary) -> tuple[int, ...]:
    return summary.recipients, summary.contexts, summary.generations, summary.tokens, summary.failed


def test_two_workers_write_what_is_written_here(
    shop: Callable[[str], Settings], scripted_opener: Openers, tmp_path: Path
) -> None:
    log, here, there = tmp_path / "log", Summary(), Summary()
    with HereHouse(shop("here"), scripted_opener(tmp_path / "log-here")) as house:
        expected = mails(generate_drafts(house, campaign("thanks"), here))
    with RayHouse(shop("there"), workers=2, open_engine=scripted_opener(log)) as house:
        written = mails(generate_drafts(house, campaign("thanks"), there))
        assert house.store.generations.count() == there.generations
    assert sorted(written) == CUSTOMERS
    assert written == expected
    assert counted(there) == counted(here)
    assert here.contexts == len(TRAITS)
    asked = log.read_text().split()
    assert len(set(asked)) == len(asked) == there.generations


@pytest.mark.parametrize("first", ["ray", "here"])
def test_what_one_way_wrote_the_other_finds(
    shop: Callable[[str], Settings], scripted_opener: Openers, tmp_path: Path, first: str
) -> None:
    settings, opener = shop("home"), scripted_opener(tmp_path / "log")
    ways: list[Callable[[], House]] = [
        lambda: RayHouse(settings, workers=2, open_engine=opener),
        lambda: HereHouse(settings, opener),
    ]
    written: list[set[str]] = []
    generations: list[int] = []
    for number, way in enumerate(ways if first == "ray" else reversed(ways)):
        with way() as house:
            drafts = generate_drafts(house, campaign(f"thanks-{number}"), summary := Summary())
            written.append({one.body for one in drafts})
        generations.append(summary.generations)
    assert generations[0] > 0
    assert generations[1] == 0
    assert written[0] == written[1]


def test_a_campaign_left_on_ray_is_finished_here(
    shop: Callable[[str], Settings], scripted_opener: Openers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent.emailer, "CONTEXTS_AT_ONCE", 2)
    settings, log = shop("home"), tmp_path / "log"
    with RayHouse(settings, workers=2, open_engine=scripted_opener(log)) as house:
        drafts = generate_drafts(house, campaign("thanks"), Summary())
        next(drafts)
        drafts.close()
        left = house.store.drafts.customer_ids("thanks")
    with HereHouse(settings, scripted_opener(log)) as house:
        finished = mails(generate_drafts(house, campaign("thanks"), summary := Summary(), resume=True))
    assert sorted(finished) == CUSTOMERS
    assert 0 < summary.resumed == len(left) < len(CUSTOMERS)
    asked = log.read_text().split()
    assert len(set(asked)) == len(asked)


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    shop: Callable[[str], Settings], scripted_opener: Openers, tmp_path: Path
) -> None:
    log, summary = tmp_path / "log", Summary()
    with HereHouse(shop("here"), scripted_opener(tmp_path / "log-here")) as house:
        expected = mails(generate_drafts(house, campaign("thanks"), Summary()))
    with RayHouse(shop("there"), workers=2, open_engine=scripted_opener(log, pause=0.02)) as house:
        before = house.crew.process_ids()
        with killing(before[0], log, after=20):
            written = mails(generate_drafts(house, campaign("thanks"), summary))
        after = house.crew.process_ids()
        assert house.store.generations.count() == summary.generations
    assert written == expected
    assert before[0] not in after
    assert before[1] in after


@contextmanager
def killing(process_id: int, log: Path, after: int) -> Iterator[None]:
    """Kill -9 a process as soon as `after` texts are in the log."""

    def watch() -> None:
        while not log.exists() or len(log.read_text().splitlines()) < after:
            time.sleep(0.01)
        os.kill(process_id, signal.SIGKILL)

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    watcher.join()
