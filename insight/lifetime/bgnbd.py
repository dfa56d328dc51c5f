"""When customers buy, and when they stop: the BG/NBD model and its modified form, by maximum likelihood.

A customer buys as a Poisson process of a rate of their own (Gamma over customers) and after a purchase turns away for
good with a chance of their own (Beta over customers): Fader, Hardie and Lee, Marketing Science 24(2), 2005. There
nobody can turn away after the first purchase, so whoever bought once counts as alive for ever. The modified form
(Batislam, Denizel and Filiztekin, IJRM 24(3), 2007) lets them go after the first one too; it has the same parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.likelihood import Maximum, maximise
from insight.lifetime.purchases import PurchaseSummary

Floats = NDArray[np.float64]
PARAMETERS = ("r", "alpha", "a", "b")


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Rates are Gamma(r, alpha) a week, chances of turning away Beta(a, b)."""

    r: float
    alpha: float
    """weeks"""
    a: float
    b: float
    modified: bool = False
    """whether one may turn away after the first purchase"""

    def alive(self, bought: PurchaseSummary) -> Floats:
        """(customers,) the chance that they have not turned away by the moment of the count."""
        stays, leaves = self._branches(bought.frequency, bought.recency, bought.age)
        return np.asarray(np.exp(stays - np.logaddexp(stays, leaves)), np.float64)

    def log_likelihood(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """(customers,) of each customer's purchases; equation 6 of the paper, in logarithms."""
        from scipy.special import betaln, gammaln

        chances = self.chances(frequency)
        seen = gammaln(self.r + frequency) - gammaln(self.r) + self.r * np.log(self.alpha)
        stayed = betaln(self.a, self.b + chances) - betaln(self.a, self.b)
        return np.asarray(seen + stayed + np.logaddexp(*self._branches(frequency, recency, age)), np.float64)

    def gradient(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """(4, customers): how each customer's log-likelihood changes with r, alpha, a and b."""
        from scipy.special import digamma

        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        chances = self.chances(frequency)
        stays, leaves = self._branches(frequency, recency, age)
        gone = np.exp(leaves - np.logaddexp(stays, leaves))
        till, last = alpha + age, alpha + recency
        both = digamma(a + b) - digamma(a + b + chances)
        past = np.maximum(b + chances - 1, 1e-12)  # where nobody can be gone, `gone` is 0 and the quotient idle
        return np.stack(
            [
                digamma(r + frequency) - digamma(r) + np.log(alpha) - (1 - gone) * np.log(till) - gone * np.log(last),
                r / alpha - (r + frequency) * ((1 - gone) / till + gone / last),
                both + gone / a,
                both + digamma(b + chances) - digamma(b) - gone / past,
            ]
        )

    def chances(self, frequency: Floats) -> Floats:
        """How often they could have turned away: after each purchase that counts."""
        return frequency + 1 if self.modified else frequency

    def _branches(self, frequency: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Log weights of having stayed until now, and of having left after the last purchase."""
        power, chances = self.r + frequency, self.chances(frequency)
        stays = -power * np.log(self.alpha + age)
        with np.errstate(divide="ignore"):
            left = np.log(self.a) - np.log(np.maximum(self.b + chances - 1, 1e-300))
        leaves = np.where(chances > 0, left - power * np.log(self.alpha + recency), -np.inf)
        return stays, leaves


@dataclass(frozen=True, slots=True, eq=False)
class BgNbdFit:
    model: BgNbd
    maximum: Maximum
    """parameters in the order of `PARAMETERS`"""


def fit_bgnbd(bought: PurchaseSummary, modified: bool = False) -> BgNbdFit:
    """The likeliest parameters of `bought`, all of whose customers count alike."""
    # Many customers share their numbers (one purchase, one week): each pattern is reckoned once.
    patterns, counts = np.unique(np.stack([bought.frequency, bought.recency, bought.age]), axis=1, return_counts=True)
    weights = counts.astype(np.float64)

    def objective(parameters: Floats) -> tuple[float, Floats]:
        model = _model(parameters, modified)
        return float(weights @ model.log_likelihood(*patterns)), model.gradient(*patterns) @ weights

    rhythm = max(float(bought.age.mean()), 1.0)
    starts = [(0.5, rhythm / 4, 0.7, 2.5), (1.0, rhythm, 1.0, 1.0), (2.0, rhythm / 2, 0.2, 4.0), (0.3, 4.0, 1.5, 8.0)]
    maximum = maximise(objective, starts)
    return BgNbdFit(_model(maximum.parameters, modified), maximum)


def _model(parameters: Floats, modified: bool) -> BgNbd:
    r, alpha, a, b = map(float, parameters)
    return BgNbd(r, alpha, a, b, modified)
