"""The promotion gate: an adapter goes live only where it is better than the one that is live, and worse in nothing.

Both write for the held-out shops, the same orders with the same seeds (`evals.held_out`), of the tasks that the new one
was tuned for: elsewhere it will not be heard. Better is one whose primary
figure is higher beyond noise; or, for one that was trained on from the live one, whose loss on its own held-out rows
fell: a brand's own words are worth having though strangers' shops do not need them. Worse in any figure beyond noise is
refused either way.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.settings import Settings
from engine.adapter_manifest import WEIGHTS, AdapterManifest
from engine.adapters import BARE, NEWEST, Adapters, Installed
from engine.shelf import sha256_of
from evals.held_out.comparing import Comparison, compare
from evals.held_out.results import HeldOutReport, read_report
from evals.held_out.running import quick_report
from finetune.export.serving import served_as_trained
from finetune.parity import Agreement

DECIDING = ("agent", "prompts", "retrieval", "insight", "evals")
READ = frozenset({".py", ".yaml", ".json", ".jsonl", ".md", ".txt"})
LOSS_FELL = 0.02
"""share by which the loss on its own held-out rows must have fallen"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` in words for people, one line each."""

    promoted: bool
    before: str
    """the names that were live there; `none` for the bare model"""
    why: tuple[str, ...]
    comparison: Comparison


def consider(settings: Settings, name: str) -> Verdict:
    """Measure the adapter `name` against the live one, and promote it where it is better.

    Raises `UserError` where it is unknown, of other weights, or live already, and `ParityFailed` where it is not served
    as it was trained.
    """
    registry = Adapters(settings)
    new = registry.get(name)
    before = registry.speaking(new.manifest)
    if before == (name,):
        raise UserError("adapter", name, "one that is not live")
    served = served_as_trained(settings, new)
    live = _report(settings, NEWEST, before, new.manifest)
    comparison = compare(live, _report(settings, name, (name,), new.manifest))
    fell = _loss_fell(new, before)
    promoted = not comparison.losses and (comparison.better or fell)
    if promoted:
        registry.promote(name)
    why = _why(comparison, new, " and ".join(before), fell, served)
    return Verdict(promoted, " and ".join(before), tuple(why), comparison)


def _report(settings: Settings, adapter: str, speaking: tuple[str, ...], new: AdapterManifest) -> HeldOutReport:
    """The quick suites of the new one's tasks as `adapter` writes them, through whom `speaking` names; measured once
    for equal weights, prompts and code."""
    chosen = settings.model_copy(update={"adapter": adapter, "model": new.base})
    path = settings.home / "evals" / f"quick-{_fingerprint(chosen, speaking, new)}.json"
    if path.is_file():
        return read_report(path)
    report = quick_report(chosen, new.languages, new.tasks)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.to_json() + "\n", "utf-8")
    return report


def _fingerprint(settings: Settings, speaking: tuple[str, ...], new: AdapterManifest) -> str:
    registry = Adapters(settings)
    weights = [name if name == BARE else sha256_of(registry.get(name).folder / WEIGHTS) for name in speaking]
    told = [_code(), new.base, *weights, *new.languages, *new.tasks]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


def _code() -> str:
    """sha256 of all that decides what is written and how it is judged, beside the weights."""
    root = Path(__file__).parents[1]
    files = sorted(path for room in DECIDING for path in (root / room).rglob("*") if path.suffix in READ)
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _loss_fell(new: Installed, before: tuple[str, ...]) -> bool:
    told = new.manifest.metrics
    if new.manifest.recipe.get("continue_from") not in (*before, NEWEST) or "held_out_loss_before" not in told:
        return False
    return told["held_out_loss"] < (1 - LOSS_FELL) * told["held_out_loss_before"]


def _why(comparison: Comparison, new: Installed, before: str, fell: bool, served: Agreement | None) -> list[str]:
    gain = comparison.primary
    told = new.manifest.metrics
    lines = [str(served)] if served else []
    lines += [f"primary figure {gain.gain:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}) against {before}"]
    if "held_out_loss_before" in told:
        lines.append(f"loss on its own held-out rows {told['held_out_loss_before']} -> {told['held_out_loss']}")
    lines += [f"loses: {loss}" for loss in comparison.losses]
    if not comparison.better and not fell and not comparison.losses:
        lines.append("no better beyond noise")
    return lines
