"""Training the page reader: low-rank changes of e5-small and a head, over the shops in finetune/reading/shops.

For each question one sentence of its pages, or none, is chosen: the loss is that of a softmax over all their sentences
and a fixed zero for "nothing here answers", where any of the right sentences will do (unanswerable questions as in
Rajpurkar et al. 2018, arXiv:1806.03822).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.reader_network import CHANGED, DOWN, HEAD, UP, bare_network
from finetune.freed_memory import keep_freed_memory
from finetune.reading.groups import Asking, Group, batched, group

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

RANK, ALPHA = 16, 32
BATCH = 8
"""questions of a step"""
WARM_UP = 0.06
SEED = 1
AGAIN = 0.2
"""share of the hard questions that are met again beside the plain ones"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training: which questions, how often, at what learning rate."""

    asked: tuple[Asking, ...]
    epochs: int
    learning_rate: float


def stages(askings: Sequence[Asking]) -> tuple[Stage, Stage]:
    """The hard questions first, then the plain ones with some of the hard: these alone teach to mistrust sentences that
    have the question's words.
    """
    hard = tuple(one for one in askings if not one.plain)
    after = tuple(one for one in askings if one.plain or _drawn(one.question.ask))
    return Stage(hard, epochs=2, learning_rate=5e-4), Stage(after, epochs=1, learning_rate=2.5e-4)


def _drawn(text: str) -> bool:
    """By its hash, so that every run draws the same ones."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) < AGAIN * 2**32


def choice_loss(logits: torch.Tensor, right: torch.Tensor, of: torch.Tensor) -> torch.Tensor:
    """Mean over questions of minus the log of the share that right choices have.

    Shapes: logits and right (rows, sentences), `right` 1, 0, or -1 where there is no sentence; `of` (rows,).
    """
    import torch

    losses = []
    for question in range(int(of.max()) + 1):
        mine, marks = logits[of == question], right[of == question]
        every = torch.cat([mine.new_zeros(1), mine[marks >= 0]])
        good = mine[marks == 1] if bool((marks == 1).any()) else mine.new_zeros(1)
        losses.append(torch.logsumexp(every, 0) - torch.logsumexp(good, 0))
    return torch.stack(losses).mean()


def train_reader(askings: Sequence[Asking], base: Path, work: Path) -> dict[str, torch.Tensor]:
    """What `engine.reader_network.add_learned` adds to the e5 folder `base`; a third of a second a question."""
    from peft import LoraConfig, get_peft_model
    from tokenizers import Tokenizer
    from transformers import set_seed

    keep_freed_memory()
    set_seed(SEED)
    network = bare_network(base)
    changes = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=list(CHANGED))
    network.encoder = get_peft_model(network.encoder, changes)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    for stage in stages(askings):
        if stage.asked:
            _train(network, stage, tokenizer, work)
    return learned_of(network)


def _train(network: torch.nn.Module, stage: Stage, tokenizer: Tokenizer, work: Path) -> None:
    import torch
    from transformers import Trainer, TrainingArguments

    class ReaderTrainer(Trainer):  # type: ignore[misc]
        """The loss is ours, of whole questions; the rest is the library's."""

        def compute_loss(self, model: Any, inputs: dict[str, Any], *_: Any, **__: Any) -> torch.Tensor:
            right, of = inputs.pop("right"), inputs.pop("of")
            return choice_loss(model(**inputs).float(), right, of)

    arguments = TrainingArguments(
        output_dir=str(work),
        num_train_epochs=stage.epochs,
        per_device_train_batch_size=BATCH,
        learning_rate=stage.learning_rate,
        warmup_steps=WARM_UP,
        lr_scheduler_type="cosine",
        weight_decay=0.01,
        use_cpu=not torch.cuda.is_available(),
        bf16=True,
        logging_steps=20,
        save_strategy="no",
        report_to=[],
        seed=SEED,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    met = _Met(stage.asked, tokenizer)
    ReaderTrainer(model=network, args=arguments, train_dataset=met, data_collator=batched).train()


class _Met:
    """The questions as a data set: each is met otherwise every time."""

    def __init__(self, askings: Sequence[Asking], tokenizer: Tokenizer) -> None:
        self._askings, self._tokenizer, self._chance = askings, tokenizer, random.Random(SEED)

    def __len__(self) -> int:
        return len(self._askings)

    def __getitem__(self, at: int) -> Group:
        return group(self._askings[at], self._tokenizer, self._chance)


def save_learned(learned: Mapping[str, torch.Tensor], path: Path) -> None:
    """Write what training made, and the scale of its low-rank changes."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(learned), path, metadata={"scale": str(ALPHA / RANK)})


def learned_of(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The trained parts of a network, named as `add_learned` wants them."""
    import torch

    return {
        name: (tensor if name.startswith(HEAD) else tensor.to(torch.bfloat16)).detach().contiguous()
        for name, tensor in _named(network.state_dict())
    }


def _named(state: Mapping[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, tensor in state.items():
        if name.startswith(HEAD):
            yield name, tensor
        for part in (DOWN, UP):
            if name.endswith(f".{part}.default.weight"):
                inner = name.removeprefix("encoder.base_model.model.")
                yield f"{inner.removesuffix('.default.weight')}", tensor
