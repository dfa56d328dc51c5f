"""Wherever a campaign is cut off, it goes on from there: one draft for each recipient, and no finished text twice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agent.emailer
from agent.house import House
from campaigns.audience import Recipient
from campaigns.contexts import Per
from campaigns.generation import Summary, generate_drafts
from campaigns.holding_out import REASON, hold_out
from campaigns.spec import CampaignSpec, parse_campaign
from core.customer import Consent, Customer, CustomerProfile
from core.errors import EngineFailed, UserError
from core.generation import GenerationRequest
from core.settings import load_settings
from core.shop import Brand, Product
from engine.scripted import ScriptedEngine
from store.outcomes import HELD_OUT

LAMP = Product(
    "LAMP-1",
    {"en": "Fen Reading Lamp"},
    attributes={"en": {"Material": "brass", "Weight": "900 g"}},
    price=Decimal("49"),
    currency="USD",
)
TEXTS = {
    "subject line": "{first_name}, have you seen {product} yet?",
    "to open an e-mail": "We hope your {last_product} is still doing fine.",
    "recommends": "We thought of you when {product} came in with {fact_1}.",
    "to close an e-mail": "It is yours for {price}, and we would love to send it.",
    "the button": "See the lamp",
}
"""words of a part's instructions -> a text that passes its checks"""
BAD = "Guaranteed to be the best of all at 1 dollar"
YES = Consent("email", True, datetime(2026, 3, 1, tzinfo=UTC), "checkout")
SEGMENTS = ("loyal", "at-risk", "new-customers")
CUSTOMERS = tuple(f"c{number}" for number in range(7))
parts = st.sets(st.sampled_from(sorted(TEXTS)))


class CutOffEngine(ScriptedEngine):
    """Gives up after a number of texts. Some parts are written badly until a second try, or at the first."""

    def __init__(self, stubborn: set[str], cut_after: int | None = None) -> None:
        super().__init__(self._text)
        self._stubborn, self._left = stubborn, cut_after
        self.finished: list[str] = []

    def _text(self, request: GenerationRequest) -> str:
        if self._left == 0:
            raise EngineFailed("the engine was cut off")
        self._left = None if self._left is None else self._left - 1
        self.finished.append(request.id)
        (part,) = [words for words in TEXTS if words in request.messages[0].content]
        # A second try has its seed 1000 further on.
        turn = request.sampling.seed // 1000 % 2
        return BAD if part in self._stubborn and turn == 0 else TEXTS[part]


class ScriptedHouse(House):
    """A real house but for its engine."""

    model = CutOffEngine(set())

    def engine(self, language: str) -> CutOffEngine:
        return self.model


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedHouse]:
    home: Path = tmp_path_factory.mktemp("home")
    with ScriptedHouse(load_settings(home=home, engine="scripted")) as opened, pytest.MonkeyPatch.context() as patch:
        # Small batches, so that a cut may fall between drafts that are stored and drafts that are not.
        patch.setattr(agent.emailer, "CONTEXTS_AT_ONCE", 2)
        opened.store.shop.set_brand(Brand("Fen & Co"))
        opened.store.shop.put_products([LAMP])
        opened.store.customers.put(
            [Customer(one, f"Name{one}", email=f"{one}@example.org", consents=(YES,)) for one in CUSTOMERS]
        )
        opened.store.profiles.put(
            [
                CustomerProfile(one, segment=segment, last_product_id="SHELF-1", last_product_name="Oak shelf")
                for one, segment in zip(CUSTOMERS, itertools.cycle(SEGMENTS), strict=False)
            ]
        )
        yield opened


campaigns = itertools.count(1)


def fresh_campaign(recipients: set[str]) -> CampaignSpec:
    """A campaign of a new name and seed, so that nothing of another one's is found."""
    number = next(campaigns)
    raw = {
        "name": f"campaign-{number}",
        "goal": "say thank you",
        "products": ["LAMP-1"],
        "seed": number * 10_000_000_000,
    }
    return parse_campaign({**raw, "audience": {"customers": sorted(recipients)}})


@settings(max_examples=25, deadline=None)
@given(
    recipients=st.sets(st.sampled_from(CUSTOMERS), min_size=1),
    per=st.sampled_from(["context", "recipient"]),
    stubborn=parts,
    cuts=st.lists(st.integers(0, 130), max_size=3),
)
def test_a_cut_off_campaign_is_finished_by_the_next_run(
    house: ScriptedHouse, recipients: set[str], per: Per, stubborn: set[str], cuts: list[int]
) -> None:
    spec, finished = fresh_campaign(recipients), []
    for cut in cuts:
        house.model = CutOffEngine(stubborn, cut)
        with suppress(EngineFailed):
            list(generate_drafts(house, spec, Summary(), per=per, resume=True))
        finished += house.model.finished
    stored = house.store.drafts.customer_ids(spec.name)

    house.model, summary = CutOffEngine(stubborn), Summary()
    drafts = list(generate_drafts(house, spec, summary, per=per, resume=True))

    assert sorted(draft.customer_id for draft in drafts) == sorted(recipients)
    assert house.store.drafts.customer_ids(spec.name) == recipients
    assert (summary.failed, summary.resumed) == (0, len(stored))
    asked = [request.id for request in house.model.history]
    assert len(set(asked)) == len(asked) == summary.generations
    assert set(asked).isdisjoint(finished)


def test_a_finished_campaign_asks_for_nothing_more(house: ScriptedHouse) -> None:
    spec = fresh_campaign(set(CUSTOMERS))
    house.model = CutOffEngine(set())
    first = list(generate_drafts(house, spec, Summary(), per="recipient"))
    house.model, summary = CutOffEngine(set()), Summary()
    again = list(generate_drafts(house, spec, summary, per="recipient", resume=True))
    assert house.model.history == []
    assert [draft.body for draft in again] == [draft.body for draft in first]
    assert (summary.generations, summary.tokens, summary.resumed) == (0, 0, len(CUSTOMERS))


def test_a_second_run_without_resume_is_refused(house: ScriptedHouse) -> None:
    spec = fresh_campaign({"c1"})
    house.model = CutOffEngine(set())
    list(generate_drafts(house, spec, Summary()))
    with pytest.raises(UserError, match="add --resume"):
        list(generate_drafts(house, spec, Summary()))


def test_who_is_held_out_stays_so_and_is_remembered(house: ScriptedHouse) -> None:
    spec = fresh_campaign(set(CUSTOMERS)).model_copy(update={"hold_out": 0.5, "name": "halved"})
    house.model, summary = CutOffEngine(set()), Summary()
    written = {draft.customer_id for draft in generate_drafts(house, spec, summary)}
    list(generate_drafts(house, spec, Summary(), resume=True))
    noted = house.store.outcomes.of("halved")
    assert {one.kind for one in noted} == {HELD_OUT}
    held = {str(one.customer_id) for one in noted}
    assert written | held == set(CUSTOMERS)
    assert not written & held
    assert summary.excluded == {REASON: len(held)}
    assert 0 < len(held) < len(CUSTOMERS)


def test_as_many_are_held_out_as_asked() -> None:
    spec = parse_campaign({"name": "thanks", "goal": "say thank you", "hold_out": 0.1})
    people = [Recipient(Customer(f"c{number}"), CustomerProfile(f"c{number}"), "en") for number in range(5000)]
    written, held = hold_out(spec, people)
    assert len(written) + len(held) == 5000
    assert len(held) == pytest.approx(500, abs=75)
    other, _ = hold_out(spec.model_copy(update={"name": "other"}), people)
    assert other != written
