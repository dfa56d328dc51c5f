"""An export of SmolLM2-135M that OpenVINO runs, and the adapter over OpenVINO's own copy of the base: both at the
precision of service, against PEFT in float32."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.generation import Message
from engine.plain_weights import plain_weights
from engine.templates import PromptEncoder
from finetune.export.gate import ParityGate
from finetune.export.gguf_file import write_gguf
from finetune.export.merging import write_merged
from finetune.parity import ParityFailed

pytestmark = pytest.mark.model
PROMPTS = ("Returns are free within 30 days. How long do I have?", "Write a headline for a blue wool hat.")


@pytest.fixture(scope="module")
def adapter(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA whose B is noise. Untrained, it still moves every layer."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    lora = LoraConfig(r=4, lora_alpha=8, target_modules=targets, task_type="CAUSAL_LM")
    base = AutoModelForCausalLM.from_pretrained(plain_weights(model_folder), dtype=torch.float32)
    tuned: Any = get_peft_model(base, lora)
    for name, weight in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.05)
    folder = tmp_path_factory.mktemp("adapters") / "noise"
    tuned.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def gate(model_folder: Path, adapter: Path) -> ParityGate:
    encoder = PromptEncoder(model_folder)
    prompts = [encoder.encode([Message("user", text)]) for text in PROMPTS]
    return ParityGate(plain_weights(model_folder), adapter, prompts, encoder.end_tokens, tokens=12)


def test_an_eight_bit_export_runs_in_openvino_and_says_the_same(
    gate: ParityGate, model_folder: Path, adapter: Path, tmp_path: Path
) -> None:
    for folder in ("merged", "export"):
        (tmp_path / folder).mkdir()
    write_merged(plain_weights(model_folder), adapter, tmp_path / "merged")
    path = tmp_path / "export" / "model.gguf"
    write_gguf(tmp_path / "merged", next(model_folder.glob("*.gguf")), path, "noise", "q8_0")
    gate.stored(path, "q8_0")
    gate.served(path.parent, "q8_0")


def test_openvino_serves_the_adapter_as_peft_runs_it(gate: ParityGate, model_folder: Path) -> None:
    gate.live(model_folder)


def test_an_adapter_served_with_another_alpha_is_caught(gate: ParityGate, adapter: Path, model_folder: Path) -> None:
    """The gate knows the adapter as it was; what is served is changed behind its back."""
    config = adapter / "adapter_config.json"
    sound = config.read_text()
    config.write_text(json.dumps({**json.loads(sound), "lora_alpha": 64}))
    try:
        with pytest.raises(ParityFailed, match="adapter in OpenVINO does not say what the adapter says"):
            gate.live(model_folder)
    finally:
        config.write_text(sound)
