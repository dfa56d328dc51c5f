"""Who is left out of a campaign by chance, so that what the mails change can be told from what happens anyway.

The draw is a hash of campaign and customer: a run that goes on leaves out the same people, and nobody can choose them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from campaigns.audience import Recipient
from campaigns.spec import CampaignSpec
from store.outcomes import HELD_OUT, Outcome

REASON = "held out by chance, to measure the campaign"


def hold_out(spec: CampaignSpec, recipients: Sequence[Recipient]) -> tuple[list[Recipient], list[Recipient]]:
    """Those who are written to, and those held out, each in the order given."""
    out = [one for one in recipients if _drawn(spec.name, one.customer.id) < spec.hold_out]
    held = {one.customer.id for one in out}
    return [one for one in recipients if one.customer.id not in held], out


def note_held_out(spec: CampaignSpec, held: Iterable[Recipient], at: datetime) -> list[Outcome]:
    """What the store is to remember of them; `at` is when they might have been written to."""
    return [
        Outcome(f"{spec.name}/{one.customer.id}/{HELD_OUT}", HELD_OUT, at, 0.0, None, spec.name, one.customer.id)
        for one in held
    ]


def _drawn(campaign: str, customer: str) -> float:
    """A number from 0 to 1, the same at every call."""
    digest = hashlib.sha256(f"{campaign}\0{customer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
