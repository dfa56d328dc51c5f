"""Maximum likelihood of a few positive parameters: in logarithms, by gradient, from several starts. Knows no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
"""positive parameters (k,) -> log-likelihood and its gradient (k,)"""
BOUNDS = (-9.0, 11.0)
"""of a parameter's logarithm; one that runs there is not told by the data"""
STEP = 1e-4
VAGUE = 2.0
"""a standard error of a logarithm above this leaves a parameter open by a factor of fifty each way"""
FARTHEST = 300.0
"""of an interval's end, in logarithms: farther is no number any more"""
Z95 = 1.959964
"""standard errors on each side of a 95 % interval"""


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the likelihood is highest."""

    parameters: Floats
    """(k,)"""
    log_likelihood: float
    low: Floats
    """(k,) 95 % interval by the curvature in logarithms (Wald); NaN where the likelihood is flat"""
    high: Floats
    told: bool
    """whether the data pin every parameter down: none at its bound, none on a ridge"""


def maximise(objective: Objective, starts: Sequence[Sequence[float]]) -> Maximum:
    """The best of the maxima that L-BFGS finds from `starts`, each of positive parameters (k,)."""
    from scipy.optimize import minimize

    def descend(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = objective(parameters)
        return -value, -gradient * parameters

    bounds = [BOUNDS] * len(starts[0])
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7}
    found = [
        minimize(descend, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        for start in starts
    ]
    best = min(found, key=lambda one: float(one.fun))
    error = _standard_errors(descend, best.x)
    reach = np.minimum(Z95 * error, FARTHEST)
    inside = bool(np.all((best.x > BOUNDS[0] + 0.01) & (best.x < BOUNDS[1] - 0.01)))
    return Maximum(
        parameters=np.exp(best.x),
        log_likelihood=-float(best.fun),
        low=np.exp(best.x - reach),
        high=np.exp(best.x + reach),
        told=inside and bool(np.all(error < VAGUE)),
    )


def _standard_errors(descend: Objective, logs: Floats) -> Floats:
    """(k,) from the inverse of the Hessian, which is the gradient's differences; NaN where it is not convex."""
    steps = np.eye(len(logs)) * STEP
    hessian = np.array([(descend(logs + step)[1] - descend(logs - step)[1]) / (2 * STEP) for step in steps])
    hessian = (hessian + hessian.T) / 2
    if not np.all(np.isfinite(hessian)) or np.linalg.eigvalsh(hessian)[0] <= 0:
        return np.full(len(logs), np.nan)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(hessian))), np.float64)
