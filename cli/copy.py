"""`hawker copy`: advertising copy for one product and channel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import edge

if TYPE_CHECKING:
    from core.copy import CopyResult


def copy(
    product: Annotated[str, typer.Option(help="product id, see `hawker shop status`")],
    channel: Annotated[str, typer.Option(help="google-rsa, google-pmax, meta-feed, wechat-article, xiaohongshu ...")],
    brief: Annotated[Path | None, typer.Option(help="YAML file: offer, key_message, keywords, must_say ...")] = None,
    segment: Annotated[str | None, typer.Option(help="write for this segment, see `hawker insight segments`")] = None,
    customer: Annotated[str | None, typer.Option(help="write for this customer's profile")] = None,
    lang: Annotated[str, typer.Option(help="en or zh")] = "en",
    tone: Annotated[str, typer.Option(help="e.g. playful, calm, urgent")] = "",
    n: Annotated[int, typer.Option("-n", help="how many variants", min=1, max=20)] = 5,
    seed: Annotated[int, typer.Option(help="the same seed gives the same texts")] = 0,
    json: edge.Json = False,
) -> None:
    """Write advertising copy: variants that fit the channel, state only true facts, and say why they were kept."""
    from agent.briefs import load_brief
    from agent.copywriter import write_copy
    from core.copy import Brief, CopyRequest

    request = CopyRequest(
        product_id=product,
        channel=channel,
        brief=load_brief(brief) if brief else Brief(),
        segment=segment,
        customer_id=customer,
        language=lang,
        tone=tone,
        count=n,
        seed=seed,
    )
    with edge.house() as house:
        result = write_copy(house, request)
    if json:
        edge.print_json(result)
    else:
        show(result, n)


def show(result: CopyResult, wanted: int) -> None:
    """The variants for people: parts, facts, reasons; then the shortfall, if any."""
    console = edge.out()
    for variant in result.variants:
        why = ", ".join(variant.score_reasons)
        console.print(f"[bold]{variant.rank}.[/bold] [dim]score {variant.score:.2f} ({why})[/dim]")
        for name, value in variant.parts.items():
            for text in [value] if isinstance(value, str) else value:
                console.print(f"   [dim]{name}:[/dim] {_escaped(text)}")
        facts = ", ".join(f"{fact.key} = {fact.value}" for fact in variant.facts)
        console.print(f"   [dim]facts: {_escaped(facts) or 'none stated'}[/dim]\n")
    told = result.conditioned_on
    console.print(
        f"[dim]{len(result.variants)} of {wanted} wanted, {len(result.dropped)} dropped; for segment {told.segment}, "
        f"reviews {told.sentiment}; {result.model}, {result.prompt}, {result.seconds:.1f} s[/dim]"
    )
    if len(result.variants) < wanted:
        reasons = sorted({dropped.reason for dropped in result.dropped})
        edge.err().print(f"fewer than asked for; dropped for: {_escaped('; '.join(reasons[:5]))}")


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
