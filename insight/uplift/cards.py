"""An uplift model's card, Markdown: the trial, what choosing by it brings beside its baselines, what is unclear."""

from __future__ import annotations

from insight.uplift.intervals import Between
from insight.uplift.study import UpliftStudy


def uplift_card(study: UpliftStudy, about: str) -> str:
    """The card of `study`'s model; `about` says what it learnt from."""
    return "\n".join([f"# Uplift: {study.model.kind}", "", about, "", *uplift_lines(study), "", *_limits(), ""])


def uplift_lines(study: UpliftStudy) -> list[str]:
    """The figures as a table, and whether they are clear; figures are by 1,000 messages."""
    return [
        f"{study.treated:,} written to, {study.control:,} held out. Judged on a third that was not learnt from, the "
        f"best {study.share:.0%} chosen; 95 % intervals by resampling.",
        "",
        "| chosen by | outcomes by 1,000 messages | of these, caused | beyond random |",
        "|---|---|---|---|",
        *(f"| {one.name} | {told(one.gross)} | {told(one.incremental)} | {told(one.over_random)} |"
          for one in study.targeted),
        "",
        "Qini coefficients (further outcomes by 1,000 customers, over random): "
        + ", ".join(f"{name} {told(curve.coefficient)}" for name, curve in study.curves.items()) + ".",
        "",
        verdict(study),
    ]  # fmt: skip


def verdict(study: UpliftStudy) -> str:
    """One honest sentence."""
    if study.clear:
        return f"The {study.model.kind} ranks customers by what writing changes, clearly better than chance."
    return f"Not clear: the {study.model.kind}'s Qini interval holds 0, so choosing by it may be no better than chance."


def _limits() -> list[str]:
    return [
        "## What it does not know",
        "",
        "- Another message, offer or season: effects are those of this one.",
        "- Anything but the counted outcome: margins, unsubscriptions, later effects.",
        "",
        "Not for prices or service for one person.",
    ]


def told(one: Between) -> str:
    return f"{one.value:.1f} ({one.low:.1f} to {one.high:.1f})"
