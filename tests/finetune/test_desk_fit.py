"""The desk's weights: what they learn from made-up shops where one trait tells the answer, and what is reported."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from agent.desk.extraction import Measured
from agent.desk.fitted import load_fitted, save_fitted
from agent.desk.memory import understand
from agent.desk.sentences import cut_passage
from agent.desk.traits import SENTENCE_TRAITS
from core.facts import Passage
from finetune.desk_examples import DeskExample
from finetune.desk_fit import fit, fit_sentences, leave_one_out, places_right, report

NEAR = SENTENCE_TRAITS.index("near")
PAGE = Passage("p#0", "document:p", "Page", "Wool is warm. Labels cost £3. Doors open at ten. Tea is free.", "en", 1.0)


def example(shop: str, seed: int, answerable: bool) -> DeskExample:
    """Four sentences with random traits; the right one, where there is one, is the nearest."""
    drawn = np.random.default_rng(seed)
    traits = drawn.normal(size=(4, len(SENTENCE_TRAITS)))
    right = np.zeros(4)
    near = np.full(4, 0.80, np.float32)
    if answerable:
        best = seed % 4
        right[best], traits[best, NEAR], near[best] = 1.0, 4.0, 0.92
    measured = Measured(tuple(cut_passage(PAGE)), traits, np.zeros(4), near, np.zeros(4, np.float32), (True,) * 4)
    return DeskExample(shop, understand("What is warm?", "en", ()), answerable, measured, right, {"warm": 1.0}, 0.5)


EXAMPLES = [example(f"shop{seed % 3}", seed, seed % 2 == 0) for seed in range(90)]


def test_the_trait_that_tells_the_answer_weighs_most() -> None:
    weights = fit_sentences(EXAMPLES)
    assert int(np.argmax(np.abs(weights))) == NEAR
    assert weights[NEAR] > 0
    right = [places_right(one, weights)[0] for one in EXAMPLES if one.answerable]
    assert sum(right) / len(right) > 0.9


def test_a_shop_left_out_is_judged_by_the_others() -> None:
    trials = leave_one_out(EXAMPLES)
    assert len(trials) == len(EXAMPLES)
    can = [trial.probability for trial in trials if trial.answerable]
    cannot = [trial.probability for trial in trials if not trial.answerable]
    assert sum(can) / len(can) > 0.6 > 0.4 > sum(cannot) / len(cannot)
    first, *_ = report(trials).splitlines()
    assert first == "45 answerable, 45 not; each shop by weights of the others"


def test_weights_are_written_as_they_are_read(tmp_path: Path) -> None:
    fitted = fit(EXAMPLES, threshold=0.7)
    path = tmp_path / "fitted.json"
    save_fitted(fitted, path)
    read = load_fitted(path)
    assert read.threshold == 0.7
    assert list(read.sentence) == list(SENTENCE_TRAITS)
    assert np.allclose(read.sentence_weights(SENTENCE_TRAITS), fitted.sentence_weights(SENTENCE_TRAITS), atol=1e-4)
    assert set(json.loads(path.read_text("utf-8"))) == {"sentence", "answer", "intercept", "threshold"}
