"""`hawker serve` with a model that writes fitting e-mails slowly, and notes each text in a journal. Run by test_fleet.

    python -m tests.server.writing_server JOURNAL serve --port PORT

Its jobs' leases are short, so that a test sees them run out.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import campaigns.worker
import engine.opening
from cli.main import run
from core.generation import GenerationRequest
from engine.scripted import ScriptedEngine

LEASE_SECONDS = 10.0
WRITING_SECONDS = 0.3
TEXTS = {
    "subject line": "{first_name}, have you seen {product} yet?",
    "to open an e-mail": "We hope your {last_product} is still doing fine.",
    "recommends": "We thought of you when {product} came in with {fact_1}.",
    "to close an e-mail": "It is yours for {price}, and we would love to send it.",
    "the button": "See the lamp",
}
"""words of a part's instructions -> a text that passes its checks"""


class SlowWriter(ScriptedEngine):
    """Writes `process id, request id` to its journal behind each text."""

    def __init__(self, journal: Path, model: str) -> None:
        super().__init__(self._text, model=model)
        self._journal = journal

    def _text(self, request: GenerationRequest) -> str:
        asked = request.messages[0].content
        texts = [text for words, text in TEXTS.items() if words in asked]
        if not texts:
            return "Nothing to add."
        time.sleep(WRITING_SECONDS)
        with self._journal.open("a") as file:
            file.write(f"{os.getpid()} {request.id}\n")
        return texts[0]


def open_writer(settings: object, model: str, *unused: Any, **more: Any) -> SlowWriter:
    """In the place of `engine.opening.open_engine`."""
    return SlowWriter(JOURNAL, model)


if __name__ == "__main__":
    JOURNAL = Path(sys.argv.pop(1))
    campaigns.worker.LEASE_SECONDS = LEASE_SECONDS
    engine.opening.open_engine = open_writer
    run()
