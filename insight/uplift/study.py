"""A trial studied: is there an effect, does a learner rank customers by it, and whom to write to next."""

from __future__ import annotations

from dataclasses import dataclass

from insight.uplift.experiment import Experiment, refuse_thin, split
from insight.uplift.learners import LEARNERS, UpliftModel, fit_x_learner
from insight.uplift.qini import QiniCurve, qini_curve
from insight.uplift.targeting import Targeted, target

TESTED = 1 / 3
SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class UpliftStudy:
    """Judged on a held-out third; the model that is kept has then learnt from all."""

    model: UpliftModel
    treated: int
    control: int
    share: float
    """of the customers, chosen by each of `targeted`"""
    targeted: tuple[Targeted, ...]
    curves: dict[str, QiniCurve]
    """learner -> its curve"""

    @property
    def clear(self) -> bool:
        """Whether the kept kind of model ranks better than chance, beyond doubt."""
        return self.curves[self.model.kind].clear


def study_uplift(experiment: Experiment, share: float = 0.3) -> UpliftStudy:
    """Judge all learners on a third of `experiment` and keep an X-learner of the whole.

    Raises `UserError` where the trial is too small.
    """
    refuse_thin(experiment)
    learn, test = split(experiment, TESTED, SEED)
    scores = {name: fit(learn, SEED).scores(test.features) for name, fit in LEARNERS.items()}
    return UpliftStudy(
        model=fit_x_learner(experiment, SEED),
        treated=int(experiment.treated.sum()),
        control=int((~experiment.treated).sum()),
        share=share,
        targeted=target(test, scores, share),
        curves={name: qini_curve(test, own) for name, own in scores.items()},
    )
