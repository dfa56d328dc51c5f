"""The prompts that the parity gate asks: real ones of the corpora, of every task and language of an adapter."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import UserError
from engine.adapter_manifest import AdapterManifest
from engine.templates import PromptEncoder
from finetune.corpus import CORPORA, read_corpus
from finetune.examples import Example, examples

SHOPS = ("kitchen", "books")
PROMPTS = 12


def draw_prompts(manifest: AdapterManifest, encoder: PromptEncoder, count: int = PROMPTS) -> list[tuple[int, ...]]:
    """At least `count` prompts as token ids, as many of each task and language, spread evenly over the rows."""
    found = [one for shop in SHOPS for one in examples(read_corpus(CORPORA / shop))]
    kinds = [
        [one for one in found if (one.task, one.language) == (task, language)]
        for task in manifest.tasks
        for language in manifest.languages
    ]
    kinds = [kind for kind in kinds if kind]
    if not kinds:
        spoken = f"{', '.join(manifest.tasks)} in {', '.join(manifest.languages)}"
        raise UserError(f"adapter {manifest.name}", spoken or "nothing", "tasks and languages that the corpora have")
    each = -(-count // len(kinds))
    return [tuple(encoder.encode(one.messages, one.prefill)) for kind in kinds for one in _spread(kind, each)]


def _spread(rows: Sequence[Example], count: int) -> list[Example]:
    count = min(count, len(rows))
    return [rows[(2 * at + 1) * len(rows) // (2 * count)] for at in range(count)]
