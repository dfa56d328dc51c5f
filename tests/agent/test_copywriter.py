from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.checks.claims import unlicensed_claims
from agent.checks.numbers import unlicensed_numbers
from agent.copywriter import write_copy
from agent.house import House
from core.copy import Brief, CopyRequest
from core.errors import ModelMissing, NotFound, UserError
from core.generation import GenerationRequest
from core.settings import Settings
from core.shop import Brand, Product
from engine.scripted import ScriptedEngine

KITE = Product(
    id="K1",
    name={"en": "Redwing Delta Kite"},
    description={
        "en": "Flies in a light breeze on the beach\nFolds into a bag for your backpack\nPaint your own tail\n"
        "Launch the kite with a friend\nRipstop wing in the wind\nWatch it dance above the dunes"
    },
    category=("Outdoor", "Kites"),
    price=Decimal("24.50"),
    currency="USD",
)
LIES = ["Free shipping on every kite", "Flies for 99 hours in the wind", "The best kite on the beach", "Kite kite kite"]


class ScriptedHouse(House):
    """A real house over a real store; only the model is scripted."""

    def __init__(self, settings: Settings, engine: ScriptedEngine) -> None:
        super().__init__(settings)
        self.scripted = engine

    def engine(self, language: str) -> ScriptedEngine:
        return self.scripted


def parrot(request: GenerationRequest) -> str:
    """What a good small model does: it says the fact, one of a few words shorter each time."""
    fact = next(line for line in request.messages[-1].content.splitlines() if line.startswith("Fact: "))
    if "{price}" in fact:
        return "A kite for {price}"
    words = fact.removeprefix("Fact: ").split()
    return " ".join(words[: max(3, len(words) - request.sampling.seed % 2)])


@pytest.fixture
def house(home: Settings) -> Iterator[ScriptedHouse]:
    with ScriptedHouse(home, ScriptedEngine(parrot)) as opened:
        opened.store.shop.put_products([KITE])
        opened.store.shop.set_brand(Brand(name="Dune Shop", voice={"en": "Calm."}, words_to_avoid=("dunes",)))
        yield opened


def lying(house: ScriptedHouse) -> None:
    house.scripted = ScriptedEngine(LIES)


def test_variants_fit_the_channel_and_differ(house: ScriptedHouse) -> None:
    result = write_copy(house, CopyRequest("K1", "meta-feed", count=3))
    assert len(result.variants) == 3
    assert [variant.rank for variant in result.variants] == [1, 2, 3]
    texts = [str(variant.parts) for variant in result.variants]
    assert len(set(texts)) == 3
    for variant in result.variants:
        assert set(variant.parts) == {"primary_text", "headline", "description"}
        assert all(len(text) <= 40 for text in variant.parts["headline"])
        assert all(check.ok for check in variant.checks)
        assert variant.facts


def test_untrue_lines_are_dropped_with_their_reason_and_never_replaced(house: ScriptedHouse) -> None:
    lying(house)
    result = write_copy(house, CopyRequest("K1", "meta-feed", count=2))
    assert result.variants == ()
    reasons = {dropped.text: dropped.reason for dropped in result.dropped}
    assert "claims" in reasons["Free shipping on every kite"]
    assert "numbers" in reasons["Flies for 99 hours in the wind"]
    assert "claims" in reasons["The best kite on the beach"]
    assert "form" in reasons["Kite kite kite"]


def test_no_more_than_four_candidates_for_each_text(house: ScriptedHouse) -> None:
    lying(house)
    write_copy(house, CopyRequest("K1", "meta-feed", count=5))
    assert len(house.scripted.history) == 4 * 5 * 3


def test_code_fills_the_price(house: ScriptedHouse) -> None:
    result = write_copy(house, CopyRequest("K1", "google-rsa", segment="bargain-hunters", count=2))
    shown = " ".join(text for variant in result.variants for text in variant.parts["headline"])
    assert "$24.50" in shown
    assert not any("24.50" in message.content for asked in house.scripted.history for message in asked.messages)
    assert any(fact.key == "price" and fact.value == "24.50" for v in result.variants for fact in v.facts)


def test_the_same_order_again_is_taken_from_the_store(house: ScriptedHouse) -> None:
    first = write_copy(house, CopyRequest("K1", "google-rsa", seed=7))
    asked = len(house.scripted.history)
    again = write_copy(house, CopyRequest("K1", "google-rsa", seed=7))
    assert len(house.scripted.history) == asked
    assert again.variants == first.variants
    write_copy(house, CopyRequest("K1", "google-rsa", seed=8))
    assert len(house.scripted.history) > asked


def test_opposite_readers_get_other_prompts_and_equal_facts(house: ScriptedHouse) -> None:
    def asked(segment: str) -> tuple[set[str], set[str]]:
        house.scripted = ScriptedEngine(parrot)
        result = write_copy(house, CopyRequest("K1", "meta-feed", segment=segment))
        assert result.conditioned_on.segment == segment
        facts = {request.messages[-1].content for request in house.scripted.history}
        return {request.messages[0].content for request in house.scripted.history}, facts

    champions, hunters = asked("champions"), asked("bargain-hunters")
    assert champions[0].isdisjoint(hunters[0])
    assert champions[1] == hunters[1]


def test_what_must_be_said_stands_in_every_variant(house: ScriptedHouse) -> None:
    brief = Brief(must_say=("Launch it on Sunday",))
    result = write_copy(house, CopyRequest("K1", "google-rsa", brief=brief, count=1))
    assert "launch it on sunday" in str(result.variants[0].parts).lower()


def test_words_to_avoid_are_not_shown(house: ScriptedHouse) -> None:
    result = write_copy(house, CopyRequest("K1", "google-rsa", brief=Brief(must_not_say=("friend",))))
    shown = str([variant.parts for variant in result.variants])
    assert result.variants
    assert "dunes" not in shown
    assert "friend" not in shown


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (CopyRequest("K1", "fax"), "--channel"),
        (CopyRequest("K1", "sms", segment="aliens"), "segment"),
        (CopyRequest("K1", "sms", count=0), "-n"),
        (CopyRequest("K1", "sms", language="fr"), "--lang"),
    ],
)
def test_wrong_orders_are_refused_in_one_line(house: ScriptedHouse, request_: CopyRequest, field: str) -> None:
    with pytest.raises(UserError) as refused:
        write_copy(house, request_)
    assert field in str(refused.value)
    assert "\n" not in str(refused.value)
    assert house.scripted.history == []


def test_unknown_product(house: ScriptedHouse) -> None:
    with pytest.raises(NotFound):
        write_copy(house, CopyRequest("K9", "sms"))


def test_a_language_without_model_names_the_pull(home: Settings) -> None:
    settings = home.model_copy(update={"models": home.home / "none"})
    with House(settings) as empty:
        empty.store.shop.put_products([KITE])
        with pytest.raises(ModelMissing, match="hawker models pull gemma3-270m"):
            write_copy(empty, CopyRequest("K1", "xiaohongshu", language="zh"))


@pytest.mark.model
def test_the_embedded_model_writes_true_lines(home: Settings) -> None:
    """What comes back is true, and what does not is accounted for. How much comes back is a figure of evals.copy_suite:
    a sampled text depends on its neighbours in the batch, so a count of them would pass or fail by chance."""
    with House(home) as real:
        real.store.shop.put_products([KITE])
        result = write_copy(real, CopyRequest("K1", "meta-feed", count=3))
    licence = [*KITE.name.values(), *KITE.description.values(), *KITE.category]
    licence += [f"{KITE.price} {KITE.currency}", f"${KITE.price}"]
    assert result.model == home.model
    assert result.variants
    assert len(result.variants) == 3 or result.dropped
    for variant in result.variants:
        assert all(check.ok for check in variant.checks)
        for text in (text for part in variant.parts.values() for text in ([part] if isinstance(part, str) else part)):
            assert unlicensed_numbers(text, licence, "en") == []
            assert unlicensed_claims(text, licence, "en") == []
