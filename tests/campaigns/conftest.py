"""One Ray for all tests that write on it, and an engine for its workers: starting Ray takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.generation import GenerationRequest
from engine.protocol import Engine
from engine.ray_worker import EngineOrder, Opener


@pytest.fixture(scope="package")
def ray_cluster() -> Iterator[None]:
    """Two workers fit into it. Houses that open while it is there use it."""
    pytest.importorskip("ray", reason="needs the extra ray: pip install 'hawker[ray]'")
    from engine.ray_cluster import open_cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        with open_cluster(workers=2):
            yield


@pytest.fixture(scope="package")
def scripted_opener() -> Callable[..., Opener]:
    """How a worker opens an engine that writes fitting texts, chosen by prompt and seed, and notes each in a file.

    It is defined within, for functions of functions travel to the workers whole; a test module is not importable there.
    """

    def opener(log: Path, pause: float = 0.0) -> Opener:
        texts = {
            "subject line": ("{first_name}, have you seen {product} yet?", "{first_name}, {product} has come in"),
            "to open an e-mail": ("We hope your {last_product} is still doing fine.", "We have been thinking of you."),
            "recommends": (
                "We thought of you when {product} came in with {fact_1}.",
                "With {product} you get {fact_1}.",
            ),
            "to close an e-mail": ("It is yours for {price}, and we would love to send it.", "It is {price} today."),
            "the button": ("See the lamp", "Look at the lamp"),
        }

        def open_scripted(order: EngineOrder) -> Engine:
            import hashlib
            import time

            from engine.scripted import ScriptedEngine

            def write(request: GenerationRequest) -> str:
                time.sleep(pause)
                with log.open("a") as file:
                    file.write(f"{request.id}\n")
                (part,) = [words for words in texts if words in request.messages[0].content]
                digest = hashlib.sha256(f"{request.messages} {request.sampling.seed}".encode()).digest()
                return texts[part][digest[0] % 2]

            return ScriptedEngine(write, model=order.model)

        return open_scripted

    return opener
