"""When a customer orders next, as a distribution: a chance of never, and else a waiting time with a long tail.

By BG/NBD someone alive turns away only at a purchase, so they will order again; their rate is Gamma(r + orders, alpha +
age), which makes the waiting time Lomax. With chance A of being alive, P(ordered within t) = A (1 - S(t)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insight.lifetime.bgnbd import BgNbd
from insight.lifetime.purchases import PurchaseSummary

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class NextOrder:
    """An entry a customer; times are weeks from the moment of the count."""

    alive: Floats
    """(customers,) the chance that there is a next order at all"""
    scale: Floats
    shape: Floats
    """of the waiting time of one who is alive: S(t) = (scale / (scale + t)) ** shape"""

    def within(self, weeks: float) -> Floats:
        """(customers,) the chance of an order within `weeks`, never ordering included."""
        return np.asarray(self.alive * (1 - (self.scale / (self.scale + weeks)) ** self.shape), np.float64)

    def by(self, share: float, of_those_who_come: bool = False) -> Floats:
        """(customers,) the weeks by which the order has come with chance `share`; infinite where it never gets there.

        `of_those_who_come`: given that there is a next order, which is always finite.
        """
        chance = np.full_like(self.alive, share)
        if not of_those_who_come:
            np.divide(share, self.alive, out=chance, where=self.alive > share)
            chance[self.alive <= share] = 1.0
        with np.errstate(divide="ignore"):
            return np.asarray(self.scale * ((1 - chance) ** (-1 / self.shape) - 1), np.float64)


def next_order(model: BgNbd, bought: PurchaseSummary) -> NextOrder:
    """The next order of each customer of `bought`."""
    return NextOrder(model.alive(bought), model.alpha + bought.age, model.r + bought.frequency)
