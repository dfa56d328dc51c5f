"""`hawker insight uplift`: what a campaign changed, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli import edge

if TYPE_CHECKING:
    from insight.uplift.campaign import CampaignTrial
    from insight.uplift.study import UpliftStudy

Days = Annotated[int, typer.Option(help="after the draw, in which what customers did counts", min=1, max=365)]
Share = Annotated[float, typer.Option(help="of the customers, to be chosen", min=0.01, max=0.99)]
AimOption = Annotated[Literal["order", "visit"], typer.Option(help="what counts")]


def uplift(
    campaign: Annotated[str, typer.Argument(help="the campaign's name; it must have held customers out")],
    aim: AimOption = "order",
    days: Days = 14,
    share: Share = 0.3,
    json: edge.Json = False,
) -> None:
    """What a campaign changed, and whom: an X-learner judged beside a response model and chance, kept with its card."""
    from datetime import UTC, datetime

    from insight.uplift.campaign import read_trial
    from insight.uplift.keeping import save_uplift, uplift_folder
    from insight.uplift.study import study_uplift

    with edge.house() as house:
        trial = read_trial(house.store, campaign, aim, days, datetime.now(UTC))
        study = study_uplift(trial.experiment, share)
        folder = uplift_folder(house.settings.home, campaign)
        about = f"Campaign `{campaign}` of {trial.began:%Y-%m-%d}: {aim} within {days} days."
        save_uplift(study, about, folder)
    if json:
        edge.print_json(_report(trial, study))
        return
    edge.out().print(about, markup=False)
    _show(study)
    edge.out().print(f"card: {folder / 'card.md'}", markup=False)


def _show(study: UpliftStudy) -> None:
    from insight.uplift.cards import told, verdict

    lines = [
        f"{study.treated:,} written to, {study.control:,} held out; by 1,000 messages to the best {study.share:.0%}:",
        f"{'chosen by':<10} {'outcomes':>25} {'of these, caused':>25} {'beyond random':>25}",
    ]
    for one in study.targeted:
        figures = " ".join(f"{told(figure):>25}" for figure in (one.gross, one.incremental, one.over_random))
        lines.append(f"{one.name:<10} {figures}")
    for name, curve in study.curves.items():
        lines.append(f"Qini of {name}: {told(curve.coefficient)}")
    for line in (*lines, verdict(study)):
        edge.out().print(line, markup=False)


def _report(trial: CampaignTrial, study: UpliftStudy) -> dict[str, object]:
    return {
        "campaign": trial.campaign,
        "began": trial.began,
        "aim": trial.aim,
        "days": trial.days,
        "written_to": study.treated,
        "held_out": study.control,
        "share": study.share,
        "targeted": study.targeted,
        "qini": study.curves,
        "clear": study.clear,
    }
