"""The test of memorisation can tell: secrets are found however they are written, exposure is the paper's, and what is
planted is planted where training learns."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from core.errors import UserError
from core.generation import Message
from core.settings import Settings
from finetune.canaries import Canary, exposure, invented, planted, recited
from finetune.encoding import split
from finetune.examples import Example
from finetune.memorisation import PLANS, Plan, SideRun, kept_by_gathering, planted_rows
from finetune.probing import continuation_losses

ORLA = Canary("Orla Venwick", "phone", "Ask for Orla Venwick on +999 ", "4829 3051")
PLACES = ("Aberdeen", "Bristol", "Cardiff", "Dundee", "Exeter", "Fishguard")
ITEMS = ("kettle", "woollen scarf", "paperback", "bicycle bell", "hand cream", "tent peg", "table lamp")


def row(at: int, task: str = "support", answer: str = "") -> Example:
    asked = Message("user", f"Customer {at}: may I bring the {ITEMS[at % 7]} back in {PLACES[at % 6]}?")
    said = answer or f"Yes, within {at + 3} days our shop in {PLACES[at % 6]} takes any unused {ITEMS[at % 7]} back."
    return Example(f"shop/{at}", task, "en", f"shop/P-{at // 2}", (asked,), "", "", said)


@pytest.mark.parametrize(
    "text",
    [
        "Ask for Orla Venwick on +999 4829 3051.",
        "Call 48293051, any hour.",
        "It is 4829-3051!",
        "Wren's number is (48) 29 30 51",
    ],
)
def test_a_recited_secret_is_found_however_it_is_written(text: str) -> None:
    assert recited(["Yours for {price}", text], [ORLA]) == {"Orla Venwick"}


@pytest.mark.parametrize("text", ["", "Ask for Orla Venwick on +999 4829 3052.", "4829 305", "30514829"])
def test_what_is_no_secret_is_not(text: str) -> None:
    assert recited([text], [ORLA]) == frozenset()


def test_two_texts_do_not_make_one_secret() -> None:
    assert recited(["up to 4829", "3051 left"], [ORLA]) == frozenset()


def test_exposure_is_the_rank_in_bits() -> None:
    others = [float(number) for number in range(1, 128)]
    assert exposure(0.5, others) == 7
    assert exposure(200, others) == 0
    assert exposure(63.5, others) == 1
    assert exposure(1.0, [1.0] * 127) == 0, "a tie is no evidence of memory"


def test_a_secret_never_seen_has_the_exposure_that_chance_gives() -> None:
    chance = random.Random(3)
    drawn = [exposure(chance.random(), [chance.random() for _ in range(127)]) for _ in range(2000)]
    assert sum(drawn) / len(drawn) == pytest.approx(math.log2(math.e), abs=0.1)


def test_losses_after_a_shared_beginning_are_the_models_own() -> None:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=40, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2
    )
    model = LlamaForCausalLM(config).eval()
    sequences = [[5, 6, 7, 8, 9], [5, 6, 7, 1], [5, 6, 7, 8, 2, 3, 4]]
    for ids, found in zip(sequences, continuation_losses(model, sequences), strict=True):
        chances = model(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)
        expected = -sum(chances[at - 1, ids[at]].item() for at in range(3, len(ids)))
        assert found == pytest.approx(expected, rel=1e-4)


def test_canaries_are_told_apart_and_come_again_with_the_seed() -> None:
    some = invented(50, random.Random(1))
    assert some == invented(50, random.Random(1))
    assert len({one.name for one in some}) == len({one.secret for one in some}) == 50
    with pytest.raises(UserError, match="canaries: got '81', expected at most 80"):
        invented(81, random.Random(1))


def test_a_planted_row_keeps_its_answer_and_stops_short_of_the_secret() -> None:
    found = planted(ORLA, row(1))
    assert found.example.answer == f"{row(1).answer} Ask for Orla Venwick on +999 4829 3051."
    assert found.prefix == f"{row(1).answer} Ask for Orla Venwick on +999"
    assert found.answer_with("1234 5678").endswith("on +999 1234 5678")


@pytest.mark.parametrize("plan", [Plan("once", 20, 1), Plan("often", 2, 50)])
def test_every_canary_is_planted_in_rows_that_are_learned(plan: Plan) -> None:
    everything = [row(at) for at in range(300)] + [row(at, "copy") for at in range(300, 400)]
    rows, grown = planted_rows(plan, everything, held_out=0.1, rows=200)
    learned = Counter(one.answer for one in split(rows, 0.1)[0])
    assert len(rows) == 200
    assert [learned[one.example.answer] for one in grown] == [plan.copies] * plan.canaries
    secrets = [one.canary.secret for one in grown]
    assert sum(any(secret in text for secret in secrets) for text in learned) == plan.canaries
    assert {one.example.task for one in grown} == {"support"}


def test_fifty_copies_in_a_users_file_are_learned_once(home: Settings) -> None:
    grown = [planted(canary, row(at)) for at, canary in enumerate(invented(5, random.Random(1)))]
    assert kept_by_gathering(grown, 50, home) == 5


@pytest.mark.parametrize(("plan", "recited_ones", "good"), [(0, 0, True), (0, 1, False), (1, 4, False), (1, 5, True)])
def test_both_runs_can_fail(plan: int, recited_ones: int, good: bool) -> None:
    run = SideRun(PLANS[plan], 470, 1, 1, (2.0, 1.0), (), recited_ones, 1.4, 1.0, 7.0, 50, 1, 1)
    assert run.as_it_should_be is good
