"""What is found for a customer against the demo shop's answer key, beside the same number drawn by chance.

It knows the truth of the demo shop (`shop.demo.truth`), which never enters the shop, so it can be asked
of no other shop.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from shop.demo.truth import CustomerTruth

if TYPE_CHECKING:
    from agent.house import House
    from core.customer import CustomerProfile

SHOWN = 10
"""look-alikes, and products, looked at for each customer"""
RESAMPLES = 2000
SEED = 11


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over customers with its 95 % interval, by resampling the customers (percentile bootstrap, Efron 1979)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number for each customer, found and drawn by chance. It beats chance where `gain.low` is above 0."""

    customers: int
    found: Estimate
    by_chance: Estimate
    gain: Estimate

    @property
    def beats_chance(self) -> bool:
        return self.gain.low > 0


def compare(found: Sequence[float], by_chance: Sequence[float]) -> Comparison:
    """Paired by customer: both sequences are in the same order."""
    ours, theirs = np.asarray(found, np.float64), np.asarray(by_chance, np.float64)
    return Comparison(len(ours), estimate(ours), estimate(theirs), estimate(ours - theirs))


def estimate(values: Sequence[float] | np.ndarray) -> Estimate:
    """The mean of `values` (n,) and where it lies in 95 of 100 resamples."""
    sample = np.asarray(values, np.float64)
    drawn = np.random.default_rng(SEED).integers(0, len(sample), (RESAMPLES, len(sample)))
    low, high = np.percentile(sample[drawn].mean(axis=1), [2.5, 97.5])
    return Estimate(float(sample.mean()), float(low), float(high))


def look_alikes(house: House, profiles: Sequence[CustomerProfile], truth: Mapping[str, CustomerTruth]) -> Comparison:
    """The share of a customer's ten look-alikes who have the same true behaviour."""
    chance, everyone = random.Random(SEED), sorted(truth)
    found: list[float] = []
    by_chance: list[float] = []
    for profile in profiles:
        behaviour = truth[profile.customer_id].segment
        alike = [hit.id for hit in house.retrieval.look_alikes(profile.customer_id, SHOWN)]
        drawn = chance.sample([one for one in everyone if one != profile.customer_id], SHOWN)
        for ids, shares in ((alike, found), (drawn, by_chance)):
            shares.append(sum(truth[one].segment == behaviour for one in ids) / SHOWN)
    return compare(found, by_chance)


def products(house: House, profiles: Sequence[CustomerProfile], truth: Mapping[str, CustomerTruth]) -> Comparison:
    """The share of a customer's ten true favourites among the ten products found for their profile."""
    chance, everything = random.Random(SEED), sorted(product.id for product in house.store.shop.products())
    found: list[float] = []
    by_chance: list[float] = []
    for profile in profiles:
        favourites = set(truth[profile.customer_id].favourites)
        hits = [hit.id for hit in house.retrieval.products_for_profile(profile, SHOWN)]
        for ids, shares in ((hits, found), (chance.sample(everything, SHOWN), by_chance)):
            shares.append(len(favourites.intersection(ids)) / len(favourites))
    return compare(found, by_chance)


def known_truth(house: House) -> dict[str, CustomerTruth]:
    """customer id -> truth, of the demo customers in this home. Raises `UserError` where it holds another shop."""
    from shop.demo import DEMO_BRAND
    from shop.demo.simulate import simulate

    brand = house.store.shop.brand()
    if brand is None or brand.name != DEMO_BRAND:
        shown = brand.name if brand else "no shop"
        raise UserError("HAWKER_HOME", shown, f"the demo shop, {DEMO_BRAND}", "run `hawker demo` in an empty home")
    here = {profile.customer_id for profile in house.store.profiles.all()}
    told = simulate(customers=max(2, house.store.customers.count())).truth
    return {one.customer_id: one for one in told if one.customer_id in here}
