"""Who hears it: the customers that a campaign addresses, less those who may not be written to, each with the reason.

Consent is asked here, when drafts are made; a sender must ask again before each mail goes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from campaigns.spec import CampaignSpec
from core.customer import UNKNOWN, Customer, CustomerProfile
from core.errors import NotFound

CHANNEL = "email"


class Customers(Protocol):
    """What this room needs of the store."""

    def all(self) -> Iterator[Customer]: ...


class Profiles(Protocol):
    def all(self) -> Iterator[CustomerProfile]: ...


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer who may be written to, with what is known of them."""

    customer: Customer
    profile: CustomerProfile
    language: str


@dataclass(frozen=True, slots=True)
class Selection:
    recipients: tuple[Recipient, ...]
    excluded: Mapping[str, int]
    """reason -> how many of those addressed"""


def select(
    spec: CampaignSpec, customers: Customers, profiles: Profiles, fits: Callable[[str], Collection[str]] | None = None
) -> Selection:
    """The recipients of `spec` in the order of customer ids, and why the others were left out.

    `fits` tells who fits the audience's rule; without it a spec must have none. Raises `UserError` for a cluster that
    nobody is in.
    """
    ruled = None if spec.audience.rule is None or fits is None else frozenset(fits(spec.audience.rule))
    known = {profile.customer_id: profile for profile in profiles.all()}
    everyone = sorted(customers.all(), key=lambda customer: customer.id)
    _refuse_strangers(spec, {customer.id for customer in everyone})
    _refuse_unknown_clusters(spec, {profile.cluster for profile in known.values()} - {UNKNOWN})
    recipients: list[Recipient] = []
    excluded: Counter[str] = Counter()
    for customer in everyone:
        profile = known.get(customer.id) or CustomerProfile(customer.id, language=customer.language)
        if not _addressed(spec, customer, profile) or (ruled is not None and customer.id not in ruled):
            continue
        reason = why_not(customer)
        if reason:
            excluded[reason] += 1
        else:
            language = customer.language if spec.language == "customer" else spec.language
            recipients.append(Recipient(customer, profile, language))
    return Selection(tuple(recipients), dict(excluded))


def why_not(customer: Customer) -> str | None:
    """Why no marketing e-mail may go to `customer` now; None if it may. Silence is never consent."""
    if not customer.email:
        return "no e-mail address"
    consent = customer.consents_to(CHANNEL)
    if consent is None:
        return "never consented to e-mail"
    if not consent.granted:
        return "consent to e-mail withdrawn"
    return None


def _refuse_strangers(spec: CampaignSpec, known: set[str]) -> None:
    """A misspelt id must not silently mean nobody."""
    strangers = sorted(set(spec.audience.customers or ()) - known)
    if strangers:
        raise NotFound("campaign audience.customers", strangers[0], "ids of customers of this shop")


def _refuse_unknown_clusters(spec: CampaignSpec, known: set[str]) -> None:
    """Nor must a cluster that was never found."""
    strange = sorted(set(spec.audience.clusters or ()) - known)
    if strange:
        expected = "one of " + (", ".join(sorted(known)) or "those that `hawker insight segments --find` finds")
        raise NotFound("campaign audience.clusters", strange[0], expected)


def _addressed(spec: CampaignSpec, customer: Customer, profile: CustomerProfile) -> bool:
    audience = spec.audience
    if audience.customers is not None and customer.id not in audience.customers:
        return False
    if audience.segments != "all" and profile.segment not in audience.segments:
        return False
    if audience.clusters is not None and profile.cluster not in audience.clusters:
        return False
    return customer.language in audience.languages
