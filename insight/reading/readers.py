"""Reading a customer's message: its sentiment and what it wants, from one embedding of it.

Knows nothing of models (the embedder is given) nor of what follows from a reading: that is the agents' business.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from insight.reading.heads import BUNDLED, Head, load_head
from insight.reading.label import Label

if TYPE_CHECKING:
    from engine.protocol import Embedder

REMEMBERED = 512
"""texts whose vectors are kept, so that intent and sentiment of one message share an embedding"""


class Readers:
    """Sentiment and intent heads over one embedder. Thread-safe; the heads are read from disk at first use."""

    def __init__(self, embedder: Embedder, folder: Path = BUNDLED) -> None:
        self.embedder = embedder
        self._folder = folder
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def sentiment(self, text: str) -> Label:
        """`positive`, `neutral` or `negative`."""
        return self._read(self._sentiment_head, [text])[0]

    def sentiments(self, texts: Sequence[str]) -> list[Label]:
        """The same of many texts, embedded in one batch, equal ones once."""
        return self._read(self._sentiment_head, texts)

    def intent(self, text: str) -> Label:
        """What the message wants: one of `insight.reading.intents.INTENTS`."""
        return self._read(self._intent_head, [text])[0]

    @cached_property
    def _sentiment_head(self) -> Head:
        return self._fitting_head("sentiment", blank="neutral")

    @cached_property
    def _intent_head(self) -> Head:
        return self._fitting_head("intent", blank="out_of_scope")

    def _fitting_head(self, name: str, blank: str) -> Head:
        head = load_head(self._folder / f"{name}.safetensors")
        if head.embedder != self.embedder.name or head.weights.shape[1] != self.embedder.dimension:
            fix = f"set it back, or train a head for it: `hawker insight train {name}`"
            raise UserError("setting embedder", self.embedder.name, f"{head.embedder}, which reads {name}", fix)
        if blank not in head.classes:
            raise UserError(f"head {name}", ", ".join(head.classes), f"a class {blank}", "train it on rows with it")
        return head

    def _read(self, head: Head, texts: Sequence[str]) -> list[Label]:
        if not texts:
            return []
        said = [" ".join(text.split()) for text in texts]
        probabilities = head.probabilities(self._embed(said), said)
        best = probabilities.argmax(axis=1)
        blank = "neutral" if head.name == "sentiment" else "out_of_scope"
        return [
            Label(head.classes[best[row]], float(probabilities[row, best[row]])) if text else Label(blank, 0.0)
            for row, text in enumerate(said)
        ]

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension); each distinct text that is not remembered is embedded once."""
        wanted = dict.fromkeys(texts)
        with self._lock:
            known = {text: self._vectors[text] for text in wanted if text in self._vectors}
        fresh = [text for text in wanted if text not in known]
        if fresh:
            known.update(zip(fresh, self.embedder.embed(fresh, "query"), strict=True))
        with self._lock:
            for text in list(wanted)[-REMEMBERED:]:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > REMEMBERED:
                self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])
