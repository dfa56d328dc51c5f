"""A score's card in Markdown: what it learnt from, how good beside its baselines, what it must not be used for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insight.predicting.learned import Facts, Judged, Learned

SHOWN = 12
"""columns of which the card tells the weight"""
NOT_FOR = (
    "deciding alone on a person's credit, price, employment, insurance or access to a service (GDPR art. 22): "
    "let a person decide, with the reasons before them",
    "finding out what a person is (health, belief, origin): columns that stand for it do not belong into the table",
    "customers of another shop, or rows older than its columns' meaning",
    "telling what an action would cause: who buys anyway scores high too; uplift models answer that",
)


def card_of(learned: Learned) -> str:
    """The card."""
    model, facts = learned.model, learned.facts
    parts = [[f"# Score `{model.name}`, version {model.version}", "", *_about(facts)]]
    if facts.judged:
        parts.append(["## How good", "", *_figures(facts.judged)])
        parts.append(["## Is a foretold 30 % thirty in a hundred?", "", *_curve(facts.judged)])
    parts.append(["## What it looks at", "", *_weights(learned)])
    parts.append(["## What it must not be used for", "", *(f"- {line}" for line in NOT_FOR)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _about(facts: Facts) -> Iterable[str]:
    yield f"The chance that `{facts.target}` is `{facts.yes}`, learnt from {facts.source or 'a table'}:"
    yield f"{facts.rows:,} rows of {facts.customers:,} customers, of which {facts.right:,} say yes."
    if facts.first:
        yield f"Rows are of {facts.first} to {facts.last}; an answer looks {facts.horizon_days:g} days ahead."
    yield f"Made by: {facts.recipe}; calibration: {facts.calibrator}. The figures below are of the same recipe"
    aside = "the latest rows" if facts.split == "time" else "customers"
    yield f"without {aside} that were put aside; the kept model was then fitted on all rows."


def _figures(judged: Judged) -> Iterable[str]:
    rows = [
        (
            one.name,
            f"{one.rows:,}",
            f"{one.right:,}",
            str(one.auc),
            f"{one.log_loss:.3f}",
            f"{one.brier:.3f}",
            f"{one.calibration_error:.3f}",
        )
        for one in judged.measured
    ]
    titles = ("on rows put aside", "rows", "yes", "AUC (95 %)", "log loss", "Brier", "calibration error")
    yield from _table(titles, rows)
    yield ""
    gain = judged.gain
    clear = "clear of 0" if gain.low > 0 or gain.high < 0 else "not clear of 0"
    yield f"AUC over the {judged.measured[1].name}: {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}, {clear})."


def _curve(judged: Judged) -> Iterable[str]:
    rows = [(f"{one.rows:,}", f"{one.confidence:.0%}", f"{one.accuracy:.0%}") for one in judged.curve if one]
    return _table(("rows", "foretold", "happened"), rows)


def _weights(learned: Learned) -> Iterable[str]:
    facts = learned.facts
    yield from _table(("column", "mean share in log odds"), [(w, f"{s:.3f}") for w, s in facts.reasons[:SHOWN]])
    yield ""
    for one in facts.suspicions:
        yield f"**Careful:** `{one.words}` alone orders the rows with AUC {one.auc:.3f}: was it written afterwards?"
    for other in facts.left_out:
        yield f"- left out: `{other.name}` ({other.why})"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(line) + " |" for line in [titles, ["---"] * len(titles), *rows]]
