"""The parity gate: do two ways of running the same weights say the same? Measured in numbers, judged by tolerances.

The reference is always the adapter over its base in float32, as PEFT computes it. Of the other way either its logits
are known at the same places, or only the tokens that it chose. Knows no model and no file: arrays go in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import HawkerError

Floats = NDArray[np.float32]


class ParityFailed(HawkerError):
    """Other weights than the adapter's, or a format that loses too much of them: nothing is written."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The most that a way of running may differ."""

    nats: float
    same_choice: float
    logit_gap: float | None = None
    """None where logits are not seen, or their scale is not what matters"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one way of running compares with the reference, over `tokens` places."""

    path: str
    tokens: int
    nats: float
    """a token: the divergence (Kullback-Leibler) of its probabilities; where only choices are seen, how much likelier
    the reference finds its own"""
    same_choice: float
    """share of places at which both like the same token best"""
    logit_gap: float | None
    """the widest difference of any logit"""

    def __str__(self) -> str:
        gap = "" if self.logit_gap is None else f", widest logit gap {self.logit_gap:.2g}"
        return f"{self.path}: same choice {self.same_choice:.1%} of {self.tokens}, {self.nats:.2g} nats a token{gap}"


def compare_logits(path: str, reference: Sequence[Floats], other: Sequence[Floats]) -> Agreement:
    """Each array is (tokens, vocabulary) of one prompt's continuation; both sides see the same tokens."""
    tokens = sum(len(rows) for rows in reference)
    nats = gap = 0.0
    same = 0
    for ours, theirs in zip(reference, other, strict=True):
        if ours.shape != theirs.shape:
            raise ParityFailed(f"{path}: a vocabulary of {theirs.shape[-1]} tokens, the adapter's has {ours.shape[-1]}")
        log_p, log_q = _log_softmax(ours), _log_softmax(theirs)
        nats += float((np.exp(log_p) * (log_p - log_q)).sum())
        same += int((ours.argmax(-1) == theirs.argmax(-1)).sum())
        gap = max(gap, float(np.abs(ours - theirs).max()))
    return Agreement(path, tokens, _share(nats, tokens), _share(same, tokens), gap)


def compare_choices(path: str, reference: Sequence[Floats], chosen: Sequence[Sequence[int]]) -> Agreement:
    """`chosen` are the tokens that the other way wrote, greedily; `reference` (tokens, vocabulary) are the logits at
    the very same places, after the other's own words: one early difference does not make all that follows one."""
    tokens = sum(map(len, chosen))
    nats, same = 0.0, 0
    for rows, ids in zip(reference, chosen, strict=True):
        picked = rows[np.arange(len(ids)), list(ids)]
        nats += float((rows.max(-1) - picked).sum())
        same += int((rows.argmax(-1) == np.asarray(ids)).sum())
    return Agreement(path, tokens, _share(nats, tokens), _share(same, tokens), None)


def require(found: Agreement, tolerance: Tolerance) -> Agreement:
    """`found`, or `ParityFailed` saying what is out of tolerance. What is no number fails."""
    faults = []
    if not found.nats <= tolerance.nats:
        faults.append(f"{found.nats:.2g} nats a token, at most {tolerance.nats:g} allowed")
    if not found.same_choice >= tolerance.same_choice:
        faults.append(f"the same choice at {found.same_choice:.1%}, at least {tolerance.same_choice:.1%} wanted")
    if tolerance.logit_gap is not None and not (found.logit_gap or 0.0) <= tolerance.logit_gap:
        faults.append(f"a logit off by {found.logit_gap:.2g}, at most {tolerance.logit_gap:g} allowed")
    if faults:
        raise ParityFailed(f"{found.path} does not say what the adapter says: {'; '.join(faults)}")
    return found


def _share(total: float, tokens: int) -> float:
    return total / tokens if tokens else math.nan


def _log_softmax(logits: Floats) -> NDArray[np.float64]:
    wide = logits.astype(np.float64)
    shifted = wide - wide.max(-1, keepdims=True)
    softened: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return softened
