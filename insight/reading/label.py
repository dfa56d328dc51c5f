"""What a classifier of this room says of a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A class and how sure the classifier is of it.

    `confidence` lies in 0..1 and is calibrated: of the labels given with 0.8, about 80 % are right. 0 says that the
    text carried nothing to judge (no letters, or nothing at all).
    """

    name: str
    confidence: float
