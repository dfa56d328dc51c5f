"""Usual turns of phrase: what people wrote is usual, what was joined wrongly is less so."""

from __future__ import annotations

import numpy as np
import pytest

from agent.mail.turns import TURNS, gathered, hashed_runs, usualness


@pytest.mark.parametrize(
    ("language", "usual", "odd"),
    [
        (
            "en",
            "Thank you for choosing {last_product}.",
            "You were not the first person to buy {last_product} from us.",
        ),
        ("zh", "您回来的时候，可以使用{offer}。", "您经常推荐，{last_product}一直是我们心意。"),
    ],
)
def test_what_people_write_is_more_usual_than_what_they_do_not(language: str, usual: str, odd: str) -> None:
    assert 0 <= usualness(odd, language) < usualness(usual, language) <= 1


def test_slots_and_ends_are_part_of_a_run_and_facts_are_all_alike() -> None:
    assert len(hashed_runs("It is {price}.", "en")) == 4
    assert np.array_equal(hashed_runs("with {fact_1}", "en"), hashed_runs("with {fact_2}", "en"))


def test_a_line_shorter_than_a_run_is_one() -> None:
    assert len(hashed_runs("", "zh")) == 1


def test_the_table_is_that_of_our_letters() -> None:
    from safetensors.numpy import load_file

    from finetune.turns import letters

    kept, made = load_file(TURNS), gathered(letters())
    assert {language: runs.tolist() for language, runs in kept.items()} == {
        language: runs.tolist() for language, runs in made.items()
    }, "letters changed: run python -m finetune.turns"
