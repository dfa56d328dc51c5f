"""What every source of recommendations can do. A source knows items; people come to it with what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from insight.recommending.people import People

Scores = NDArray[np.float32]
Tensors = Mapping[str, NDArray[np.float32]]


class Source(Protocol):
    """One way of finding what somebody may take next."""

    @property
    def name(self) -> str:
        """How reasons and cards call it."""

    def scores(self, people: People) -> Scores:
        """(people, items), higher is better; the scale is the source's own. A row of equal scores says nothing."""

    def tensors(self) -> Tensors:
        """All that it learnt, by name."""


@runtime_checkable
class Alike(Protocol):
    """A source that recommends what is like the things somebody took."""

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(items, dimension): like items have a high cosine."""
