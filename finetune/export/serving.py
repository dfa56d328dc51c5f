"""Does the runtime that serves an adapter say what training made it say? Asked before it goes live."""

from __future__ import annotations

from core.settings import Settings
from engine.adapters import Installed
from engine.choosing import choose_runtime
from engine.plain_weights import plain_weights
from engine.shelf import require_model
from engine.templates import PromptEncoder
from finetune.export.gate import ParityGate
from finetune.export.prompts_drawn import draw_prompts
from finetune.parity import Agreement


def served_as_trained(settings: Settings, adapter: Installed) -> Agreement | None:
    """What OpenVINO agrees on with PEFT; None where PEFT itself serves. Raises `ParityFailed` and `ModelMissing`."""
    base = require_model(settings, adapter.manifest.base)
    if settings.engine == "transformers" or (settings.engine == "auto" and choose_runtime(base) == "transformers"):
        return None
    encoder = PromptEncoder(base)
    prompts = draw_prompts(adapter.manifest, encoder)
    return ParityGate(plain_weights(base), adapter.folder, prompts, encoder.end_tokens).live(base)
