"""`hawker emails generate|show`: personal e-mails for a campaign, as drafts for a person to approve."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli import edge
from cli.commands import Commands

if TYPE_CHECKING:
    from agent.house import House
    from campaigns.generation import Summary
    from core.mail import EmailDraft

app = typer.Typer(help="Personal e-mails for a campaign.", no_args_is_help=True, cls=Commands, rich_markup_mode=None)


@app.command()
def generate(
    campaign: Annotated[Path, typer.Argument(metavar="CAMPAIGN.yaml")],
    limit: Annotated[int | None, typer.Option(help="at most this many recipients", min=1)] = None,
    per: Annotated[
        str, typer.Option(help="context: equal recipients share a text; recipient: each their own")
    ] = "context",
    resume: Annotated[bool, typer.Option("--resume", help="go on where an earlier run ended")] = False,
    on: Annotated[
        str, typer.Option(help="here: this machine; ray: the workers of a Ray cluster (RAY_ADDRESS)")
    ] = "here",
    workers: Annotated[int | None, typer.Option(help="of Ray; default: one a GPU, or one a machine", min=1)] = None,
    json: edge.Json = False,
) -> None:
    """Write one grounded draft for each consenting customer. Prints JSON lines with --json, else a summary."""
    from campaigns.generation import Progress, Summary, generate_drafts
    from campaigns.spec import load_campaign

    spec = load_campaign(campaign)
    summary = Summary()
    with _house(on, workers) as house, ExitStack() as shown:
        bar = edge.progress()
        task = bar.add_task(spec.name, total=None, note="")

        def show_progress(now: Progress) -> None:
            # From the first count on: until then something may be wrong with the campaign, and that is told alone.
            if not bar.live.is_started:
                shown.enter_context(bar)
            rate = summary.tokens / summary.seconds if summary.seconds else 0.0
            bar.update(task, total=now.total, completed=now.done, note=f"{rate:.0f} tokens/s")

        for draft in generate_drafts(house, spec, summary, _per(per), limit, resume, show_progress):
            if json:
                edge.print_json(_line(draft))
    if json:
        edge.print_json({"summary": summary})
    else:
        show_summary(spec.name, summary)


@app.command()
def show(
    campaign: Annotated[str, typer.Argument(help="the campaign's name, or its CAMPAIGN.yaml")],
    customer: Annotated[str | None, typer.Option(help="only this customer's mail")] = None,
    json: edge.Json = False,
) -> None:
    """Show the drafts of a campaign."""
    from campaigns.spec import load_campaign
    from core.errors import NotFound

    name = load_campaign(Path(campaign)).name if campaign.endswith((".yaml", ".yml")) else campaign
    with edge.house() as house:
        drafts = [one for one in house.store.drafts.of(name) if customer in (None, one.customer_id)]
    if not drafts:
        what = f"a campaign with a draft{f' for {customer}' if customer else ''}"
        raise NotFound("CAMPAIGN", name, what, "run `hawker emails generate` first")
    for draft in drafts:
        if json:
            edge.print_json(_line(draft))
        else:
            show_draft(draft)


def _house(on: str, workers: int | None) -> AbstractContextManager[House]:
    """Whose engines write the batch."""
    from core.errors import UserError

    if on == "ray":
        from campaigns.ray_house import RayHouse

        return RayHouse(edge.settings(), workers)
    if on != "here":
        raise UserError("--on", on, "here or ray")
    if workers is not None:
        raise UserError("--workers", workers, "--on ray beside it", "add it, or leave --workers out")
    return edge.house()


def _per(text: str) -> Literal["context", "recipient"]:
    from core.errors import UserError

    if text not in ("context", "recipient"):
        raise UserError("--per", text, "context or recipient")
    return "context" if text == "context" else "recipient"


def _line(draft: EmailDraft) -> dict[str, object]:
    """One draft as the contract has it."""
    return {
        "customer": draft.customer_id,
        "context": draft.context,
        "subject": draft.subject,
        "body": draft.body,
        "slots": draft.slots,
        "conditioned_on": draft.conditioned_on,
        "checks": draft.checks,
    }


def show_draft(draft: EmailDraft) -> None:
    """One mail as its reader will see it."""
    console = edge.out()
    told = draft.conditioned_on
    console.rule(f"{draft.customer_id}, {told.segment}", align="left")
    console.print(f"Subject: {draft.subject}\n", style="bold", markup=False)
    console.print(draft.body, markup=False)


def show_summary(name: str, summary: Summary) -> None:
    """What the run came to, and whom it left out."""
    console = edge.out()
    written = summary.recipients - summary.failed
    console.print(f"{written} drafts for {summary.recipients} recipients, {summary.resumed} of them from before")
    console.print(f"{summary.contexts} contexts, {summary.generations} texts generated, {summary.tokens} tokens")
    for reason, count in summary.excluded.items():
        console.print(f"excluded: {count}, {reason}", markup=False)
    for failure in summary.failures[:5]:
        console.print(f"no message for context {failure}", markup=False)
    console.print(f"{summary.seconds:.1f} s; read them with: hawker emails show {name}")
