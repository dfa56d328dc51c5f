"""What a fitted BG/NBD foretells: orders to come, for a customer with a history and for one who has just come."""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.bgnbd import BgNbd
from insight.lifetime.purchases import PurchaseSummary

Floats = NDArray[np.float64]
WEEKS_A_YEAR = 365.25 / 7
NODES = 8
"""of the Gauss-Legendre rule over the horizon; the integrand is smooth, and 8 agree with 40 to seven digits"""


def expected_orders(model: BgNbd, bought: PurchaseSummary, weeks: float) -> Floats:
    """(customers,) orders in the next `weeks`; equation 10 of the BG/NBD paper."""
    stays = (bought.age + model.alpha) / (bought.age + model.alpha + weeks)
    chances = model.chances(bought.frequency)
    return model.alive(bought) * _orders(model, bought.frequency, chances, stays)


def expected_repeats(model: BgNbd, weeks: Floats) -> Floats:
    """(n,) orders after the first that someone who has just placed it will have placed `weeks` (n,) later (eq. 9)."""
    nothing = np.zeros_like(weeks)
    chances = model.chances(nothing)
    stays = model.alpha / (model.alpha + weeks)
    begun = (model.b / (model.a + model.b)) if model.modified else 1.0  # one may turn away at once
    return np.asarray(begun * _orders(model, nothing, chances, stays), np.float64)


def discounted_orders(model: BgNbd, bought: PurchaseSummary, weeks: float, yearly: float) -> Floats:
    """(customers,) orders in the next `weeks`, each worth less the later it comes, by `yearly` (0.1: a tenth a year).

    With E(t) orders by week t and force of interest d, the integral of exp(-dt) dE is parted into
    exp(-dH) E(H) + d times the integral of exp(-dt) E(t), for E is known and its slope is not.
    """
    force = log(1 + yearly) / WEEKS_A_YEAR
    whole = exp(-force * weeks) * expected_orders(model, bought, weeks)
    if force == 0:
        return whole
    points, shares = np.polynomial.legendre.leggauss(NODES)
    for point, share in zip((points + 1) * weeks / 2, shares * weeks / 2, strict=True):
        whole = whole + force * share * exp(-force * point) * expected_orders(model, bought, float(point))
    return whole


def _orders(model: BgNbd, frequency: Floats, chances: Floats, stays: Floats) -> Floats:
    """Orders to come of one who is alive; `stays` is (alpha + age) / (alpha + age + weeks).

    The paper's product of a power and a hypergeometric function is right to five digits for all parameters that a fit
    may run to, but for customers of many hundred orders it is 0 times infinity. There Euler's transformation (DLMF
    15.8.1) gives the same product from numbers near 1; it fails where a is large, so it does not serve everywhere.
    """
    from scipy.special import hyp2f1

    # At a = 1 the formula is 0 / 0 with a finite limit; a hair beside it is the limit to nine digits.
    a = model.a if abs(model.a - 1) > 1e-6 else 1 + 1e-6
    power, second = model.r + frequency, model.b + chances
    third = a + second - 1
    with np.errstate(over="ignore", invalid="ignore"):
        never = stays**power * hyp2f1(power, second, third, 1 - stays)
        mended = stays ** (a - 1) * hyp2f1(third - power, a - 1, third, 1 - stays)
    never = np.where(np.isfinite(never) & (stays**power > 0), never, mended)
    return np.asarray(third / (a - 1) * (1 - never), np.float64)
