"""How near sentences lie to a question in meaning, each sentence embedded once in the life of the process.

A shop's sentences stay the same from turn to turn, so a warm turn embeds little but the question. It knows nothing of
what the sentences say.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.protocol import Embedder

MOST_KEPT = 8192
"""vectors kept, the latest used; about 12 MB of e5-small's"""

_kept: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
_lock = threading.Lock()


def nearness(query: str, texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    """The cosine of `query` and each of `texts`, shape (len(texts),)."""
    question = embedder.embed([query], "query")[0]
    return np.asarray(_passages(texts, embedder) @ question, np.float32)


def _passages(texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    with _lock:
        found = {text: _recalled(embedder.name, text) for text in texts}
    new = [text for text, vector in found.items() if vector is None]
    made = dict(zip(new, embedder.embed(new, "passage"), strict=True)) if new else {}
    with _lock:
        for text, vector in made.items():
            _kept[embedder.name, text] = vector
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return np.stack([made[text] if (vector := found[text]) is None else vector for text in texts])


def _recalled(model: str, text: str) -> NDArray[np.float32] | None:
    vector = _kept.get((model, text))
    if vector is not None:
        _kept.move_to_end((model, text))
    return vector
