"""Do texts differ where their readers differ, and agree on the facts? One product, two opposite customers, real texts.

    python -m evals.swapped_texts [--pairs 20]

The customers and products are those of `evals.conditioning_suite`, which looks at prompts; here the model writes an
ad and a mail for each of the two. `HAWKER_HOME` must hold the demo shop. Prints JSON; the exit status is 1 where fewer
than nine tenths of the pairs hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.copy.material import gather
from agent.copywriter import write_copy
from agent.emailer import write_emails
from core.copy import CopyRequest
from core.errors import HawkerError
from core.plain import plain
from core.settings import load_settings
from core.shop import Brand
from evals.conditioning_suite import CHANNEL, mail_occasion, opposites
from evals.held_out.emails import terms_kept
from evals.held_out.fidelity import invented, meanings

if TYPE_CHECKING:
    from agent.house import House
    from core.customer import CustomerProfile
    from core.shop import Product

WANTED = 0.9
Two = tuple["CustomerProfile", "CustomerProfile"]


@dataclass(frozen=True, slots=True)
class Swapped:
    """One product told to two opposite customers."""

    kind: Literal["copy", "email"]
    product: str
    segments: tuple[str, str]
    texts: tuple[str, ...]
    """fewer than two where one was not written: nothing passed its checks"""
    words_differ: bool
    """each has words of meaning that the other lacks"""
    facts_agree: bool
    """neither has a number, a claim or an offer that the product's record does not"""

    @property
    def holds(self) -> bool:
        return self.words_differ and self.facts_agree


@dataclass(frozen=True, slots=True)
class SwapReport:
    """Shares are of all pairs, those with a text missing included."""

    pairs: int
    copy: float
    email: float
    missing: int
    outcomes: tuple[Swapped, ...]


def run(house: House, pairs: int = 20) -> SwapReport:
    """Raises `UserError` where the home does not hold the demo shop."""
    told = opposites(house, pairs)
    copy = [_copy(house, product, both) for product, both in told]
    mails = [_mails(house, product, both) for product, both in told]
    return SwapReport(
        pairs=pairs,
        copy=sum(one.holds for one in copy) / pairs,
        email=sum(one.holds for one in mails) / pairs,
        missing=sum(len(one.texts) < 2 for one in (*copy, *mails)),
        outcomes=(*copy, *mails),
    )


def _copy(house: House, product: Product, both: Two) -> Swapped:
    texts: list[str] = []
    for profile in both:
        written = write_copy(house, CopyRequest(product.id, CHANNEL, customer_id=profile.customer_id, count=1))
        texts += [_said(variant.parts.values()) for variant in written.variants[:1]]
    material = gather(product, house.store.shop.brand(), CopyRequest(product.id, CHANNEL).brief, "en")
    agree = all(not any(invented(text, material.licence, "en")) for text in texts)
    return _swapped("copy", product, both, texts, agree)


def _mails(house: House, product: Product, both: Two) -> Swapped:
    told = [mail_occasion(house, product, profile) for profile in both]
    messages = [(made.message, one) for made, one in zip(write_emails(house, told), told, strict=True) if made.message]
    brand = house.store.shop.brand() or Brand(name="")
    agree = all(terms_kept(message, one, brand) for message, one in messages)
    return _swapped("email", product, both, [f"{m.subject} {m.body} {m.call_to_action}" for m, _ in messages], agree)


def _swapped(kind: Literal["copy", "email"], product: Product, both: Two, texts: Sequence[str], agree: bool) -> Swapped:
    segments = (both[0].segment, both[1].segment)
    if len(texts) < 2:
        return Swapped(kind, product.id, segments, tuple(texts), words_differ=False, facts_agree=False)
    mine, theirs = (meanings(text) for text in texts)
    return Swapped(kind, product.id, segments, tuple(texts), bool(mine - theirs and theirs - mine), agree)


def _said(parts: Iterable[str | Sequence[str]]) -> str:
    """All texts of an ad on one line."""
    return " ".join(text for part in parts for text in ([part] if isinstance(part, str) else part))


def main(arguments: Sequence[str] | None = None) -> int:
    from agent.house import House

    parser = argparse.ArgumentParser(description="Texts for opposite customers: other words, the same facts.")
    parser.add_argument("--pairs", type=int, default=20)
    given = parser.parse_args(arguments)
    try:
        with House(load_settings()) as house:
            report = run(house, given.pairs)
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(json.dumps(plain(report), ensure_ascii=False, indent=1))
    return 0 if min(report.copy, report.email) >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
