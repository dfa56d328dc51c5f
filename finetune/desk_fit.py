"""The support desk's own weights, fitted on the questions of the training shops and tried on the shop left out.

    python -m finetune.desk_fit

It writes agent/desk/fitted.json and prints, for shops that the weights have not seen, how often the right sentence is
among the first, and what each threshold answers and lets through. Sentences are ranked by a conditional logit
(McFadden 1974) over `SENTENCE_TRAITS`; whether they answer is a logistic regression over `answer_traits`. No language
model is trained or asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.desk.extraction import Candidate
from agent.desk.fitted import Fitted, save_fitted
from agent.desk.pointedness import answer_traits
from agent.desk.traits import SENTENCE_TRAITS, Numbers
from core.errors import HawkerError
from core.settings import load_settings
from finetune.corpus import CORPORA
from finetune.desk_examples import DeskExample, desk_examples

THRESHOLD = 0.6
"""see the printed table: what a lower one answers more, it lets through more"""
SENTENCE_PENALTY = 3.0
ANSWER_C = 0.03
"""penalties chosen on the shops left out"""
SHOWN = 2
"""sentences that a quotation may have"""
THRESHOLDS = tuple(round(0.3 + 0.05 * step, 2) for step in range(11))


@dataclass(frozen=True, slots=True)
class Trial:
    """A question to a shop that the weights have not seen."""

    answerable: bool
    places: tuple[bool, ...]
    """of the first sentences, which are right"""
    probability: float


def fit(examples: Sequence[DeskExample], threshold: float = THRESHOLD) -> Fitted:
    """Weights of sentences, then of answers given these."""
    weights = fit_sentences(examples)
    rows = [(_traits(example, weights), any(places_right(example, weights)[:SHOWN])) for example in examples]
    answer, intercept = _fit_answers(rows)
    return Fitted(dict(zip(SENTENCE_TRAITS, weights.tolist(), strict=True)), answer, intercept, threshold)


def fit_sentences(examples: Sequence[DeskExample]) -> Numbers:
    """Weights, in the order of `SENTENCE_TRAITS`, under which right sentences are likeliest."""
    from scipy.optimize import minimize

    known = [(example.measured.traits, example.right) for example in examples if example.right.any()]
    scale = np.concatenate([traits for traits, _ in known]).std(axis=0) + 1e-6
    scaled = [(traits / scale, right) for traits, right in known]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = SENTENCE_PENALTY * float(weights @ weights) / 2, SENTENCE_PENALTY * weights
        for traits, right in scaled:
            odds = traits @ weights
            shares = np.exp(odds - odds.max())
            shares /= shares.sum()
            good = shares * right
            total -= float(np.log(good.sum() + 1e-12))
            slope = slope + traits.T @ (shares - good / (good.sum() + 1e-12))
        return total, slope

    start = np.zeros(len(SENTENCE_TRAITS))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x / scale, np.float64)


def leave_one_out(examples: Sequence[DeskExample]) -> list[Trial]:
    """Every question, tried with weights fitted on the other shops."""
    trials = []
    for shop in sorted({example.shop for example in examples}):
        fitted = fit([example for example in examples if example.shop != shop])
        weights = fitted.sentence_weights(SENTENCE_TRAITS)
        for example in (example for example in examples if example.shop == shop):
            probability = fitted.probability(_traits(example, weights))
            trials.append(Trial(example.answerable, places_right(example, weights), probability))
    return trials


def places_right(example: DeskExample, weights: Numbers) -> tuple[bool, ...]:
    """Of its three best sentences by `weights`, which are right."""
    order = np.argsort(-(example.measured.traits @ weights), kind="stable")[:3]
    return tuple(bool(example.right[place] > 0.0) for place in order)


def report(trials: Sequence[Trial]) -> str:
    """A line on the sentences, then one for each threshold."""
    asked = [trial for trial in trials if trial.answerable]
    others = [trial for trial in trials if not trial.answerable]
    among = [sum(any(trial.places[:k]) for trial in asked) / len(asked) for k in (1, 2, 3)]
    lines = [
        f"{len(asked)} answerable, {len(others)} not; each shop by weights of the others",
        "right sentence first {:.2f}, among two {:.2f}, among three {:.2f}".format(*among),
        "threshold  answered  of two right  handed over rightly",
    ]
    for threshold in THRESHOLDS:
        shown = [trial for trial in asked if trial.probability >= threshold]
        right = sum(any(trial.places[:SHOWN]) for trial in shown) / len(asked)
        stopped = sum(trial.probability < threshold for trial in others) / len(others)
        lines.append(f"{threshold:9.2f}  {len(shown) / len(asked):8.2f}  {right:12.2f}  {stopped:19.2f}")
    return "\n".join(lines)


def _traits(example: DeskExample, weights: Numbers) -> dict[str, float]:
    ranked: list[Candidate] = example.measured.ranked(weights)
    return answer_traits(example.asked, ranked, example.weights, example.confidence)


def _fit_answers(rows: Sequence[tuple[dict[str, float], bool]]) -> tuple[dict[str, float], float]:
    from sklearn.linear_model import LogisticRegression

    names = list(rows[0][0])
    table = np.array([[traits[name] for name in names] for traits, _ in rows])
    middle, scale = table.mean(axis=0), table.std(axis=0) + 1e-6
    model = LogisticRegression(C=ANSWER_C, max_iter=2000).fit((table - middle) / scale, [right for _, right in rows])
    weights = model.coef_[0] / scale
    return dict(zip(names, weights.tolist(), strict=True)), float(model.intercept_[0] - weights @ middle)


def main() -> int:
    """Fit, write, print; exit status 0, or that of the error."""
    try:
        settings = load_settings()
        shops = sorted(path for path in CORPORA.iterdir() if path.is_dir())
        examples = [example for shop in shops for example in desk_examples(shop, settings)]
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(report(leave_one_out(examples)))
    save_fitted(fit(examples))
    return 0


if __name__ == "__main__":
    sys.exit(main())
