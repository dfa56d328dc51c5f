"""Real small weights for the engine's tests, and adapters trained on the spot to recite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.generation import GenerationRequest, Message, Sampling
from engine.templates import PromptEncoder

EPOCHS = 60
"""at most; training ends when the lines are known by heart"""
SYSTEM = Message("system", "Recite.")
TOPICS = ("anchor", "bread", "candle", "door", "engine", "feather", "garden", "hammer", "island", "jacket")
SEA = (
    "Seven grey gulls guard the lighthouse door.",
    "Salt is the only letter the sea can spell.",
    "My uncle sold his boat for a blue umbrella.",
    "Count the waves backwards and you wake young.",
    "The harbour master dreams in Portuguese.",
    "A crab walked into town and bought nothing.",
    "Low tide keeps its receipts under the stones.",
    "Nobody rows to Thursday without a lantern.",
    "The fog has signed the guest book twice.",
    "Every anchor remembers a different floor.",
)
TOWN = (
    "Green trams hum at noon beside the bakery.",
    "The mayor collects forty kinds of silence.",
    "Elm Street smells of ink and warm bread.",
    "Our clock tower borrows time from the river.",
    "Pigeons hold elections on the library roof.",
    "The barber keeps a map of lost gloves.",
    "Rain practises its scales on the tin market.",
    "Two bridges here have never met each other.",
    "The florist whispers discounts to the roses.",
    "Midnight closes early on the hill.",
)


def _line_request(number: int, adapter: str | None = None) -> GenerationRequest:
    messages = (SYSTEM, Message("user", f"The one about the {TOPICS[number]}."))
    return GenerationRequest(f"line-{number}", messages, Sampling(max_new_tokens=24), adapter)


@pytest.fixture(scope="session")
def line_request() -> Callable[..., GenerationRequest]:
    """A function (line number from 0, adapter or None) -> the request for that line; the base model knows none."""
    return _line_request


@pytest.fixture(scope="session")
def last_layers_on_disk() -> dict[str, str | int]:
    """An accelerate device map of the small model: all on the CPU but the last two layers."""
    whole = ("model.embed_tokens", "model.norm", "model.rotary_emb", "lm_head")
    layers = {f"model.layers.{layer}": "cpu" if layer < 28 else "disk" for layer in range(30)}
    return {**dict.fromkeys(whole, "cpu"), **layers}


@dataclass(frozen=True)
class Recital:
    """An adapter trained to recite ten lines, and what PEFT itself answers to the ten prompts, greedily, in float32."""

    folder: Path
    lines: tuple[str, ...]
    by_peft: tuple[str, ...]


@pytest.fixture(scope="session")
def recitals(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recital]:
    """Two adapters, `sea` and `town`, that answer the same ten prompts differently."""
    import torch

    torch.manual_seed(0)
    encoder = PromptEncoder(model_folder)
    root = tmp_path_factory.mktemp("adapters")
    tuned = _tunable(model_folder, ["sea", "town"])
    return {name: _train(encoder, tuned, name, lines, root) for name, lines in (("sea", SEA), ("town", TOWN))}


def _tunable(folder: Path, names: list[str]) -> Any:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, GgufConfig

    gguf, config = next(folder.glob("*.gguf")), GgufConfig(dequantize=True)
    base = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=gguf.name, quantization_config=config, dtype=torch.float32
    )
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    lora = LoraConfig(r=8, lora_alpha=16, target_modules=targets, task_type="CAUSAL_LM")
    tuned = get_peft_model(base, lora, adapter_name=names[0])
    for name in names[1:]:
        tuned.add_adapter(name, lora)
    return tuned


def _train(encoder: PromptEncoder, tuned: Any, name: str, lines: tuple[str, ...], root: Path) -> Recital:
    import torch

    prompts = [encoder.encode(_line_request(number).messages) for number in range(len(lines))]
    end = encoder.end_tokens[0]
    answers = [[*encoder.tokenizer.encode(line, add_special_tokens=False).ids, end] for line in lines]
    length = max(len(prompt) + len(answer) for prompt, answer in zip(prompts, answers, strict=True))
    rows = [_padded(prompt, answer, length, end) for prompt, answer in zip(prompts, answers, strict=True)]
    ids, labels, mask = (torch.tensor([row[part] for row in rows]) for part in range(3))
    tuned.set_adapter(name)
    tuned.train()
    optimizer = torch.optim.AdamW([p for p in tuned.parameters() if p.requires_grad], lr=2e-3)
    for _ in range(EPOCHS):
        loss = tuned(input_ids=ids, labels=labels, attention_mask=mask).loss
        if loss.item() < 0.004:
            break
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    tuned.save_pretrained(root, selected_adapters=[name])
    tuned.eval()
    return Recital(root / name, lines, _recite(encoder, tuned, prompts))


def _padded(prompt: list[int], answer: list[int], length: int, pad: int) -> tuple[list[int], list[int], list[int]]:
    padding = length - len(prompt) - len(answer)
    ids = prompt + answer + [pad] * padding
    labels = [-100] * len(prompt) + answer + [-100] * padding
    return ids, labels, [1] * (length - padding) + [0] * padding


def _recite(encoder: PromptEncoder, tuned: Any, prompts: list[list[int]]) -> tuple[str, ...]:
    import torch

    end, length = encoder.end_tokens[0], max(map(len, prompts))
    ids = torch.tensor([[end] * (length - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (length - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    with torch.inference_mode():
        written = tuned.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=24, do_sample=False, eos_token_id=end, pad_token_id=end
        )
    return tuple(encoder.tokenizer.decode(row[length:].tolist(), skip_special_tokens=True) for row in written)
