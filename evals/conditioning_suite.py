"""Is what is known of a customer really used? Opposite customers, one product: other prompts, the same facts.

    python -m evals.conditioning_suite

Pairs of customers from opposite segments are written to about the same product, in the same language; prompts are
rendered, nothing is generated. And what retrieval finds by profile is held against the demo shop's answer key and
against chance. `HAWKER_HOME` must hold the demo shop. Prints JSON.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.channels import channel
from agent.copy.asks import first_orders
from agent.copy.audience import audience
from agent.copy.material import gather
from agent.copy.orders import Commission
from agent.emailer import occasion
from agent.mail.parts import PARTS, Occasion, ask_for
from campaigns.audience import Recipient
from campaigns.contexts import address
from campaigns.spec import parse_campaign
from core.copy import CopyRequest
from core.errors import HawkerError, UserError
from core.facts import Conditioning, Fact
from core.plain import plain
from core.settings import load_settings
from evals.against_chance import SEED, Comparison, known_truth, look_alikes, products

if TYPE_CHECKING:
    from agent.house import House
    from core.customer import CustomerProfile
    from core.shop import Product

OPPOSITES = (
    ("champions", "lost"),
    ("loyal", "new-customers"),
    ("big-spenders", "bargain-hunters"),
    ("promising", "hibernating"),
)
CHANNEL = "meta-feed"
GOAL = "say thank you and suggest one thing"
CUSTOMERS = 300
"""whose look-alikes and products are looked at"""


@dataclass(frozen=True, slots=True)
class Told:
    """What one customer's copy or mail would be written from."""

    prompts: frozenset[str]
    facts: tuple[Fact, ...]
    conditioned_on: Conditioning


@dataclass(frozen=True, slots=True)
class Pair:
    """Two opposite customers and one product. `shared` prompts are those of both: none for copy, and for a mail those
    of parts that speak of the product alone."""

    product: str
    customers: tuple[str, str]
    segments: tuple[str, str]
    copy_prompts_shared: int
    copy_facts_equal: bool
    copy_conditioning_differs: bool
    mail_prompts_differ: int
    """of the five parts"""
    mail_facts_equal: bool
    mail_conditioning_differs: bool

    @property
    def conditioned(self) -> bool:
        """Both texts would be written from other prompts, for other readers, and from the same facts."""
        copy = not self.copy_prompts_shared and self.copy_facts_equal and self.copy_conditioning_differs
        mail = self.mail_prompts_differ > 0 and self.mail_facts_equal and self.mail_conditioning_differs
        return copy and mail


@dataclass(frozen=True, slots=True)
class ConditioningReport:
    """`conditioned` of `pairs` passed; both comparisons should beat chance."""

    pairs: int
    conditioned: int
    look_alikes: Comparison
    products: Comparison
    outcomes: tuple[Pair, ...]


def run(house: House, pairs: int = 30) -> ConditioningReport:
    """Judge `pairs` pairs and both comparisons. Raises `UserError` where the home does not hold the demo shop."""
    truth = known_truth(house)
    profiles = [profile for profile in house.store.profiles.all() if profile.favourite_categories]
    sample = random.Random(SEED).sample(profiles, min(CUSTOMERS, len(profiles)))
    outcomes = tuple(_pair(house, product, *both) for product, both in opposites(house, pairs))
    return ConditioningReport(
        pairs=len(outcomes),
        conditioned=sum(pair.conditioned for pair in outcomes),
        look_alikes=look_alikes(house, sample, truth),
        products=products(house, sample, truth),
        outcomes=outcomes,
    )


def opposites(house: House, pairs: int) -> list[tuple[Product, tuple[CustomerProfile, CustomerProfile]]]:
    """`pairs` products, each with two customers of opposite segments, none of whom comes twice."""
    members: dict[str, list[CustomerProfile]] = defaultdict(list)
    for profile in house.store.profiles.all():
        members[profile.segment].append(profile)
    turns = [iter(zip(members[one], reversed(members[other]), strict=False)) for one, other in OPPOSITES]
    found = [both for round_ in itertools.zip_longest(*turns) for both in round_ if both is not None]
    if len(found) < pairs:
        raise UserError("pairs", pairs, f"at most {len(found)} in this shop", "load the demo shop with more customers")
    return list(zip(itertools.cycle(house.store.shop.products()), found[:pairs], strict=False))


def _pair(house: House, product: Product, one: CustomerProfile, other: CustomerProfile) -> Pair:
    copy = [_copy(house, product, profile) for profile in (one, other)]
    mail = [_mail(house, product, profile) for profile in (one, other)]
    return Pair(
        product=product.id,
        customers=(one.customer_id, other.customer_id),
        segments=(one.segment, other.segment),
        copy_prompts_shared=len(copy[0].prompts & copy[1].prompts),
        copy_facts_equal=copy[0].facts == copy[1].facts,
        copy_conditioning_differs=copy[0].conditioned_on != copy[1].conditioned_on,
        mail_prompts_differ=len(mail[0].prompts - mail[1].prompts),
        mail_facts_equal=mail[0].facts == mail[1].facts,
        mail_conditioning_differs=mail[0].conditioned_on != mail[1].conditioned_on,
    )


def _copy(house: House, product: Product, profile: CustomerProfile) -> Told:
    """The first round of an order for one channel, as `agent.copywriter` asks it."""
    request = CopyRequest(product.id, CHANNEL, customer_id=profile.customer_id)
    brand = house.store.shop.brand()
    reader, told = audience(house, request, product, brand)
    material = gather(product, brand, request.brief, request.language)
    commission = Commission(request, material, reader, house.voice("copy", request.language))
    orders = first_orders(commission, channel(CHANNEL))
    return Told(frozenset(_text(order.ask.rendered.messages) for order in orders), material.facts, told)


def _mail(house: House, product: Product, profile: CustomerProfile) -> Told:
    """The five parts of a mail, as `agent.emailer` asks for them."""
    made = mail_occasion(house, product, profile)
    context = made.context
    prompts = frozenset(_text(ask_for(part, made, 1).rendered.messages) for part in PARTS)
    told = Conditioning(context.segment, context.sentiment, None, context.language)
    return Told(prompts, (*made.facts, *made.quotations), told)


def mail_occasion(house: House, product: Product, profile: CustomerProfile) -> Occasion:
    """A mail to this customer about this product, as a campaign would have it."""
    spec = parse_campaign({"name": "conditioning", "goal": GOAL, "products": [product.id]})
    recipient = Recipient(house.store.customers.get(profile.customer_id), profile, "en")
    (addressed,), _ = address(spec, [recipient], lambda profile: product, "context")
    return occasion(house, addressed.context, seed=0)


def _text(messages: object) -> str:
    return json.dumps(plain(messages), ensure_ascii=False)


def main() -> int:
    """Print the report as JSON; exit status 0 where all pairs passed and both comparisons beat chance, else 1."""
    from agent.house import House

    try:
        with House(load_settings()) as house:
            report = run(house)
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(json.dumps(plain(report), ensure_ascii=False, indent=1))
    won = report.look_alikes.beats_chance and report.products.beats_chance
    return 0 if won and report.conditioned == report.pairs else 1


if __name__ == "__main__":
    sys.exit(main())
