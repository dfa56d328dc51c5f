"""The copy and e-mail suites over a held-out shop with a scripted model: what it writes decides every figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.house import House
from core.copy import CopyRequest
from core.generation import GenerationRequest
from core.settings import load_settings
from engine.scripted import ScriptedEngine
from evals.held_out.copywriting import copy_case, copy_requests
from evals.held_out.emails import email_cases
from evals.held_out.fidelity import carries, invented
from evals.held_out.plan import Plan, spread
from evals.held_out.shops import shop_folder
from evals.held_out.variety import likeness_to, self_bleu, variety
from shop.loading import load_shop

ORDER = CopyRequest("MAT-EMBER", "meta-feed", count=1)
MAIL = {
    "subject line": "A word about {product}",
    "to open": "Thank you for your {last_product}, it is good to see you here again.",
    "recommends": "With {product} you get {fact_1} and {fact_2}.",
    "to close": "Have a look whenever you like, we are here for you.",
    "button": "Have a look",
}
"""what only the instructions for a part say -> a text for that part"""


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[[Callable[[GenerationRequest], str]], House]]:
    """A house over the pet shop in which `answer` speaks for the model."""
    house = House(load_settings(home=tmp_path, engine="scripted", adapter="none"))
    load_shop(house.store, shop_folder("pets"))

    def speaking(answer: Callable[[GenerationRequest], str]) -> House:
        house._engines["smollm2-135m"] = ScriptedEngine(answer, model="smollm2-135m")
        return house

    yield speaking
    house.close()


def told_fact(request: GenerationRequest) -> str:
    """The fact that the prompt asks a line of, said back."""
    asked = request.messages[-1].content.splitlines()
    return next(line.removeprefix("Fact: ") for line in asked if line.startswith("Fact: "))


def test_lines_that_say_their_fact_are_faithful(open_house: Callable[..., House]) -> None:
    case = copy_case(open_house(told_fact), "pets", ORDER)
    assert case.id == "copy/pets/MAT-EMBER/meta-feed/en/0"
    for figure in ("numbers", "claims", "on_fact", "faithful"):
        assert case.counts[figure].hits == case.counts[figure].of > 5
    assert case.counts["own_words"].hits == 0


def test_lines_that_invent_are_counted_before_any_check(open_house: Callable[..., House]) -> None:
    case = copy_case(open_house(lambda request: "The best waterproof sofa for 99 cents"), "pets", ORDER)
    assert case.counts["numbers"].hits == case.counts["claims"].hits == case.counts["faithful"].hits == 0
    assert case.counts["as_written"].hits == 0
    assert case.counts["filled"].hits == 0
    assert case.shown == ()
    assert any("no fact says 99 cents" in fault or "99" in fault for fault in case.wrong)


def test_a_run_asks_the_same_orders_every_time(open_house: Callable[..., House]) -> None:
    house = open_house(told_fact)
    quick, full = (copy_requests(house, "en", Plan(quick=quick)) for quick in (True, False))
    assert len({one.product_id for one in quick}) == 4
    assert len({one.product_id for one in full}) == 16
    assert quick == copy_requests(house, "en", Plan(quick=True))
    assert len(copy_requests(house, "en", Plan(quick=True, seeds=2))) == 2 * len(quick)


def test_opposite_readers_with_one_text_have_no_words_of_their_own(open_house: Callable[..., House]) -> None:
    cases = list(email_cases(open_house(_mail_part), "pets", "en", Plan(quick=True)))
    contexts = [case for case in cases if "written" in case.counts]
    swaps = [case for case in cases if "-or-" in case.id]
    assert (len(contexts), len(swaps)) == (16, 8)
    compared = [case for case in swaps if case.counts]
    assert compared
    assert all(case.counts["words_change"].hits == 0 for case in compared)


def _mail_part(request: GenerationRequest) -> str:
    """The part that the prompt asks for."""
    part = next(name for name in MAIL if name in request.messages[0].content)
    offered = part == "to close" and "Offer:" in request.messages[-1].content
    return "Have a look whenever you like, {offer} is waiting." if offered else MAIL[part]


def test_numbers_and_claims_in_slots_are_codes_own() -> None:
    assert invented("Only {price} for a waterproof bed", ["waterproof"], "en") == ([], [])
    assert invented("Only $9 for a waterproof bed", ["bed"], "en") == (["$9"], ["waterproof"])


@pytest.mark.parametrize(
    ("text", "fact", "carried"),
    [
        ("Keeps the cat's own heat", "sends the cat's own heat back up", True),
        ("A lovely day for all", "a reflective layer", False),
        ("夹层反射体温", "把猫自己的体温反射回来", True),
        ("天天好心情", "夹层反射体温", False),
        ("Yours for {price}", "costs {price}", True),
    ],
)
def test_a_fact_is_carried_by_a_word_of_meaning(text: str, fact: str, carried: bool) -> None:
    assert carries(text, fact) is carried


def test_variety_sees_repetition() -> None:
    same, varied = ["Warm without a plug at all"] * 6, ["Warm without a plug", "Rolls up small", "Plain cotton below",
                                                      "For stiff old legs", "Hair comes off", "No crinkle"]  # fmt: skip
    assert self_bleu(same, "en") == pytest.approx(1.0)
    assert self_bleu(varied, "en") < 0.3
    assert self_bleu(["不插电也暖和，夹层反射体温"] * 3, "zh") == pytest.approx(1.0)
    assert likeness_to(["Rolls up small"], varied)[0] == 1.0
    assert {one.name for one in variety(varied, "en", same)} >= {"distinct-1", "distinct-2", "self-BLEU"}
    assert variety(varied[:1], "en") == ()


def test_a_part_of_the_whole_is_evenly_spread() -> None:
    assert spread(list(range(10)), 3) == [0, 3, 6]
    assert spread([1, 2], 5) == [1, 2]
