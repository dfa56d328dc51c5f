"""What a customer's orders are worth: the Gamma-Gamma model of spend, by maximum likelihood.

The value of an order varies about the customer's own mean, and means vary over customers (Fader and Hardie, "The
Gamma-Gamma Model of Monetary Value", 2013, brucehardie.com/notes/025). It assumes that who orders often does not
spend more or less an order; the correlation stands on the card, so that a reader sees whether that holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.likelihood import Maximum, maximise

Floats = NDArray[np.float64]
PARAMETERS = ("p", "q", "v")


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """An order's value is Gamma(p, rate), the rates Gamma(q, v) over customers; v is in the shop's currency."""

    p: float
    q: float
    v: float

    @property
    def population_mean(self) -> float:
        """the mean order's value over customers"""
        return self.p * self.v / (self.q - 1)

    def expected_value(self, orders: Floats, mean_value: Floats) -> Floats:
        """(n,) a customer's true mean order value, given the mean of so many orders: drawn towards everyone's.

        Who has no valued order is expected to be like everyone.
        """
        return np.asarray(self.p * (self.v + orders * mean_value) / (self.p * orders + self.q - 1), np.float64)

    def log_likelihood(self, orders: Floats, mean_value: Floats) -> Floats:
        """(n,) of the mean of so many orders, both above 0; equation 1a of the note, in logarithms."""
        from scipy.special import gammaln

        p, q, v = self.p, self.q, self.v
        spent = orders * mean_value
        constant = gammaln(p * orders + q) - gammaln(p * orders) - gammaln(q) + q * np.log(v)
        shape = p * orders * np.log(spent) - np.log(mean_value)
        return np.asarray(constant + shape - (p * orders + q) * np.log(v + spent), np.float64)

    def gradient(self, orders: Floats, mean_value: Floats) -> Floats:
        """(3, n): how each log-likelihood changes with p, q and v."""
        from scipy.special import digamma

        p, q, v = self.p, self.q, self.v
        spent = orders * mean_value
        both = digamma(p * orders + q)
        return np.stack(
            [
                orders * (both - digamma(p * orders) + np.log(spent) - np.log(v + spent)),
                both - digamma(q) + np.log(v) - np.log(v + spent),
                q / v - (p * orders + q) / (v + spent),
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class GammaGammaFit:
    model: GammaGamma
    maximum: Maximum
    """parameters in the order of `PARAMETERS`"""


def fit_gamma_gamma(orders: Floats, mean_value: Floats) -> GammaGammaFit:
    """The likeliest parameters from customers with `orders` (n,) orders of `mean_value` (n,); others are left out."""
    known = (orders > 0) & (mean_value > 0)
    some, mean = orders[known], mean_value[known]

    def objective(parameters: Floats) -> tuple[float, Floats]:
        model = GammaGamma(*map(float, parameters))
        return float(model.log_likelihood(some, mean).sum()), model.gradient(some, mean).sum(axis=1)

    usual = float(np.median(mean))
    maximum = maximise(objective, [(2.0, 4.0, usual), (6.0, 3.0, usual / 2), (1.0, 10.0, 9 * usual)])
    return GammaGammaFit(GammaGamma(*map(float, maximum.parameters)), maximum)
