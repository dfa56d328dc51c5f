"""The parity gate's arithmetic: what it measures, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from finetune.parity import Agreement, Floats, ParityFailed, Tolerance, compare_choices, compare_logits, require

TIGHT = Tolerance(nats=1e-3, same_choice=0.99, logit_gap=0.01)


def logits(*rows: tuple[float, ...]) -> Floats:
    return np.array(rows, np.float32)


def test_the_divergence_is_that_of_the_probabilities() -> None:
    half, quarter = logits((0.0, 0.0)), logits((math.log(0.25), math.log(0.75)))
    found = compare_logits("other", [half], [quarter])
    assert found.nats == pytest.approx(0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75), abs=1e-6)


def test_logits_that_are_all_higher_say_the_same_but_for_their_gap() -> None:
    rows = logits((1.0, 2.0, 3.0), (3.0, 1.0, 0.0))
    found = compare_logits("other", [rows], [rows + np.float32(5)])
    assert (found.tokens, found.same_choice, found.logit_gap) == (2, 1.0, 5.0)
    assert found.nats == pytest.approx(0, abs=1e-6)


def test_a_choice_costs_what_the_reference_finds_its_own_likelier() -> None:
    rows = logits((1.0, 3.0), (2.0, 0.0))
    found = compare_choices("other", [rows], [(0, 0)])
    assert (found.tokens, found.same_choice, found.nats) == (2, 0.5, 1.0)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Agreement("x", 9, 0.1, 1.0, 0.0), "nats a token"),
        (Agreement("x", 9, 0.0, 0.5, 0.0), "the same choice at 50.0%"),
        (Agreement("x", 9, 0.0, 1.0, 2.0), "a logit off by 2"),
        (Agreement("x", 9, math.nan, math.nan, math.nan), "x does not say what the adapter says"),
        (compare_choices("x", [np.zeros((0, 3), np.float32)], [()]), "x does not say what the adapter says"),
    ],
)
def test_what_is_out_of_tolerance_is_refused_and_named(found: Agreement, told: str) -> None:
    with pytest.raises(ParityFailed, match=told):
        require(found, TIGHT)


def test_what_is_within_tolerance_is_handed_on() -> None:
    found = Agreement("x", 9, 1e-4, 1.0, 0.001)
    assert require(found, TIGHT) is found


def test_another_vocabulary_is_refused() -> None:
    with pytest.raises(ParityFailed, match="a vocabulary of 3 tokens, the adapter's has 2"):
        compare_logits("other", [logits((0.0, 1.0))], [logits((0.0, 1.0, 2.0))])
