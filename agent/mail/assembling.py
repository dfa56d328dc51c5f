"""From judged parts to one message, and from one message to one recipient's draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from agent.mail.html import Frame, html, plain_text
from agent.mail.judging import Candidate
from agent.mail.parts import PARTS, Occasion, PartName
from agent.slots import fill, open_slots
from core.facts import CheckResult, Conditioning
from core.mail import EmailContext, EmailDraft, EmailMessage
from core.shop import Brand

PERSONAL = frozenset({"first_name", "last_product", "product"})
"""slots from the recipient's own history; a mail that fills fewer than two of them is not personal"""


def best(candidates: Sequence[Candidate]) -> Candidate | None:
    """The best that passed; the earlier of two equal ones."""
    return max((one for one in candidates if one.passed), key=lambda one: one.merit, default=None)


def message(chosen: Mapping[PartName, Candidate], occasion: Occasion, repaired: bool) -> EmailMessage:
    """The message of these parts, one for each name in `PARTS`."""
    pitch = chosen["pitch"].generation
    quoted = {f"fact_{number}": fact.value for number, fact in enumerate(occasion.quotations, start=1)}
    body = "\n\n".join(chosen[part].text for part in ("opening", "pitch", "closing"))
    stated = open_slots(chosen["pitch"].text) & set(quoted)
    return EmailMessage(
        subject=chosen["subject"].text,
        body=fill(body, quoted),
        call_to_action=chosen["button"].text,
        facts=tuple(fact for name, fact in zip(quoted, occasion.quotations, strict=True) if name in stated),
        checks=_all_checks(chosen),
        repaired=repaired,
        prompt=pitch.prompt,
        model=pitch.model,
        adapter=pitch.adapter,
        generation_key=pitch.key,
        new_tokens=sum(one.generation.new_tokens for one in chosen.values()),
    )


def draft(
    written: EmailMessage,
    context: EmailContext,
    shared: str,
    customer_id: str,
    slots: Mapping[str, str],
    url: str,
    brand: Brand,
) -> EmailDraft:
    """One recipient's mail: slots filled in one literal pass, then framed as text and HTML.

    `shared` is the context's hash, the same for all who share this message.
    """
    subject, body, action = (fill(text, slots) for text in (written.subject, written.body, written.call_to_action))
    frame = Frame(slots.get("first_name", ""), url, brand, context.language)
    told = Conditioning(context.segment, context.sentiment, None, context.language)
    return EmailDraft(
        campaign=context.campaign,
        customer_id=customer_id,
        context=shared,
        subject=subject,
        body=plain_text(body, action, frame),
        html=html(subject, body, action, frame),
        slots=slots,
        conditioned_on=told,
        checks=(*written.checks, _personal(written), _filled(subject + body + action)),
        generation_key=written.generation_key,
        created=datetime.now(UTC),
    )


def _personal(written: EmailMessage) -> CheckResult:
    # The greeting of the frame always carries the first name where it is known.
    used = (open_slots(written.subject + written.body) | {"first_name"}) & PERSONAL
    return CheckResult("personal", len(used) >= 2, "" if len(used) >= 2 else "two slots of the recipient's own")


def _filled(text: str) -> CheckResult:
    left = sorted(open_slots(text))
    return CheckResult("filled", not left, f"no value for {left[0]}" if left else "")


def _all_checks(chosen: Mapping[PartName, Candidate]) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(f"{part}: {check.name}", check.ok, check.detail) for part in PARTS for check in chosen[part].checks
    )
