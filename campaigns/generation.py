"""Durable generation of a campaign's drafts: what is finished is never done again, however the last run ended.

A recipient is finished when their draft is in the store, where (campaign, recipient) is unique. Texts are kept one by
one before that (agent.trail), so a killed run loses at most the texts that were being written.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from agent.emailer import occasion, write_emails
from agent.house import House
from agent.mail.assembling import draft
from campaigns.audience import Recipient, Selection, select
from campaigns.choosing import recommender
from campaigns.contexts import Addressed, Per, address, context_hash
from campaigns.holding_out import REASON, hold_out, note_held_out
from campaigns.ruling import who_fits
from campaigns.spec import CampaignSpec
from core.errors import ModelMissing, UserError
from core.mail import EmailContext, EmailDraft, EmailOutcome
from core.shop import Brand
from engine.opening import model_speaking


@dataclass(frozen=True, slots=True)
class Progress:
    """Recipients with a draft, out of all who shall get one."""

    done: int
    total: int


@dataclass(slots=True)
class Summary:
    """What a run came to. `generations` and `tokens` count what this run had to write, not what it found."""

    recipients: int = 0
    contexts: int = 0
    generations: int = 0
    tokens: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    resumed: int = 0
    """drafts that were there before"""
    failures: list[str] = field(default_factory=list)
    """one line for each context that has no message"""
    seconds: float = 0.0


def generate_drafts(
    house: House,
    spec: CampaignSpec,
    summary: Summary,
    per: Per = "context",
    limit: int | None = None,
    resume: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Iterator[EmailDraft]:
    """Every draft of the campaign as it is stored, those of earlier runs first. Fills `summary` on the way.

    Raises `UserError` where drafts are there already and `resume` is not set, `ModelMissing` where no recipient's
    language has a model.
    """
    started = time.monotonic()
    finished = house.store.drafts.customer_ids(spec.name)
    if finished and not resume:
        raise UserError("campaign name", spec.name, f"a new name, for it has {len(finished)} drafts", "or add --resume")
    everyone = _everyone(house, spec, limit, per, summary)
    summary.recipients, summary.resumed = len(everyone), sum(one.recipient.customer.id in finished for one in everyone)
    summary.contexts = len({context_hash(one.context) for one in everyone})
    yield from (one for one in house.store.drafts.of(spec.name) if one.customer_id in finished)
    waiting = [one for one in everyone if one.recipient.customer.id not in finished]
    done = summary.resumed
    on_progress(Progress(done, len(everyone)))
    for outcome, sharing in _messages(house, spec, waiting):
        drafts = _drafts(house, outcome, sharing)
        house.store.drafts.put(drafts)
        _count(summary, outcome, sharing)
        summary.seconds = time.monotonic() - started
        done += len(sharing)
        on_progress(Progress(done, len(everyone)))
        yield from drafts
    summary.seconds = time.monotonic() - started


def _everyone(house: House, spec: CampaignSpec, limit: int | None, per: Per, summary: Summary) -> list[Addressed]:
    """Who is written to, at most `limit`, in the order of their ids. Exclusions count all who are addressed."""
    selection = select(spec, house.store.customers, house.store.profiles, partial(who_fits, house))
    recipients, unspoken = _spoken(house, selection)
    if selection.recipients and not recipients:
        model_speaking(house.settings, selection.recipients[0].language)
    written, held = hold_out(spec, recipients[:limit])
    house.store.outcomes.add(note_held_out(spec, held, datetime.now(UTC)))
    everyone, without = address(spec, written, recommender(house, spec, written), per)
    excluded = Counter(selection.excluded) + unspoken + Counter({REASON: len(held)})
    if without:
        excluded["no product to write about"] = len(without)
    summary.excluded = dict(excluded)
    return everyone


def _spoken(house: House, selection: Selection) -> tuple[list[Recipient], Counter[str]]:
    """Those in whose language an installed model writes, and the others by reason."""
    reasons: dict[str, str] = {}
    for language in {recipient.language for recipient in selection.recipients}:
        try:
            model_speaking(house.settings, language)
        except ModelMissing as error:
            reasons[language] = f"no model writes {language}: {error.fix}"
    unspoken = Counter(reasons[one.language] for one in selection.recipients if one.language in reasons)
    return [one for one in selection.recipients if one.language not in reasons], unspoken


def _messages(
    house: House, spec: CampaignSpec, waiting: Sequence[Addressed]
) -> Iterator[tuple[EmailOutcome, list[Addressed]]]:
    by_language: dict[str, dict[EmailContext, list[Addressed]]] = defaultdict(lambda: defaultdict(list))
    for one in waiting:
        by_language[one.context.language][one.context].append(one)
    for contexts in by_language.values():
        occasions = [occasion(house, context, _seed(spec, context)) for context in contexts]
        for outcome in write_emails(house, occasions):
            yield outcome, contexts[outcome.context]


def _seed(spec: CampaignSpec, context: EmailContext) -> int:
    """One seed for a whole campaign, so that contexts share the parts they have in common; a recipient who is written
    to alone has a seed of their own."""
    return spec.seed if context.recipient is None else spec.seed + int(context_hash(context)[:6], 16)


def _drafts(house: House, outcome: EmailOutcome, sharing: Sequence[Addressed]) -> list[EmailDraft]:
    if outcome.message is None:
        return []
    brand = house.store.shop.brand() or Brand(name="")
    url = house.store.shop.product(outcome.context.product_id).url or brand.url
    shared = context_hash(outcome.context)
    return [
        draft(outcome.message, outcome.context, shared, one.recipient.customer.id, one.slots, url, brand)
        for one in sharing
    ]


def _count(summary: Summary, outcome: EmailOutcome, sharing: Sequence[Addressed]) -> None:
    summary.generations += outcome.generations
    summary.tokens += outcome.new_tokens
    if outcome.message is None:
        summary.failed += len(sharing)
        summary.failures.append(f"{context_hash(outcome.context)}: {'; '.join(outcome.reasons)}")
