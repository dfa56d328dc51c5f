"""Training a LoRA adapter from a recipe, over TRL's SFTTrainer, peft and accelerate.

    examples -> token ids -> packs (each example sees itself alone) -> LoRA on the plain weights -> adapter

What is written under the work folder: `checkpoints/` (from which a killed run resumes) and `adapter/` as PEFT saves it.
Whether the adapter is any good is not judged here.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.settings import Settings
from engine.plain_weights import plain_weights
from engine.quiet import quiet_libraries
from engine.shelf import require_model
from engine.templates import PromptEncoder
from finetune.encoding import Encoded, encode, fitting, split
from finetune.examples import Example
from finetune.freed_memory import keep_freed_memory
from finetune.recipe import Lora, Recipe, Training

if TYPE_CHECKING:
    from transformers import TrainerCallback

ADAPTER, CHECKPOINTS = "adapter", "checkpoints"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a run learns from and is watched on."""

    learned: tuple[Encoded, ...]
    held_out: tuple[Encoded, ...]

    @property
    def tokens(self) -> int:
        """Of one epoch, prompts included."""
        return sum(len(one.ids) for one in self.learned)

    @property
    def answer_tokens(self) -> int:
        return sum(one.answer for one in self.learned)


@dataclass(frozen=True, slots=True)
class Trained:
    """The adapter's folder and how the run went."""

    adapter: Path
    steps: int
    held_out_loss: float
    """the best, in nats a token of the answers"""
    loss_before: float
    """the held-out loss before the first step"""
    tokens: int
    """of an epoch, prompts included"""
    log: tuple[dict[str, float], ...]
    """the trainer's own records, in order: step, loss, eval_loss, learning_rate ..."""
    writes: bool
    """whether this process is the one of its kin that writes files"""


def lesson(
    recipe: Recipe, examples: Sequence[Example], encoder: PromptEncoder, beside: Sequence[Example] = ()
) -> Lesson:
    """The recipe's tasks and languages, split by group, as token ids; what is `beside` is learned and not watched.

    Raises `UserError` where packs are too small or nothing is left to watch.
    """
    wanted = [one for one in examples if recipe.wants(one)]
    learned, kept = split(wanted, recipe.training.held_out)
    if not learned or not kept:
        place = f"{len(learned)} to learn from, {len(kept)} held out"
        raise UserError("data", place, "examples of several products", "write more, or change training.held_out")
    longest = recipe.training.pack_tokens
    return Lesson(
        learned=tuple(fitting((encode(one, encoder) for one in (*learned, *beside)), longest)),
        held_out=tuple(fitting((encode(one, encoder) for one in kept), longest)),
    )


def train(
    recipe: Recipe,
    settings: Settings,
    examples: Sequence[Example],
    work: Path,
    resume: bool = False,
    callbacks: Sequence[Callable[[Lesson], TrainerCallback]] = (),
    parent: Path | None = None,
    beside: Sequence[Example] = (),
) -> Trained:
    """Run the recipe in the folder `work`; with `resume` go on from its last checkpoint.

    `parent`: the folder of an adapter whose weights are where training begins; `beside`: what is rehearsed. `callbacks`
    are made for the lesson and told of the run by the trainer. Raises `ModelMissing` and `UserError`.
    """
    from transformers import EarlyStoppingCallback
    from transformers.trainer_callback import PrinterCallback

    from finetune.answer_loss import AnswerTrainer

    folder = require_model(settings, recipe.base)
    keep_freed_memory()
    given = lesson(recipe, examples, PromptEncoder(folder), beside)
    with quiet_libraries():
        trainer = AnswerTrainer(
            model=_adapted(recipe, plain_weights(folder), parent),
            args=_arguments(recipe.training, given, work / CHECKPOINTS),
            train_dataset=_dataset(given.learned),
            eval_dataset=_dataset(given.held_out),
            processing_class=_tokenizer(plain_weights(folder)),
            callbacks=[EarlyStoppingCallback(recipe.training.patience), *(make(given) for make in callbacks)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train(resume_from_checkpoint=_last_whole(work / CHECKPOINTS) if resume else None)
    writes = bool(trainer.is_world_process_zero())
    if writes:
        with quiet_libraries():  # PEFT looks for the base's config under its name
            trainer.model.save_pretrained(work / ADAPTER)
    state = trainer.state
    best = float(state.best_metric) if state.best_metric is not None else math.inf
    before = next((record["eval_loss"] for record in state.log_history if "eval_loss" in record), math.inf)
    return Trained(work / ADAPTER, state.global_step, best, before, given.tokens, tuple(state.log_history), writes)


def _last_whole(checkpoints: Path) -> str | None:
    """The newest checkpoint that was written to its end: the trainer's state comes last."""
    whole = [path.parent for path in checkpoints.glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def _adapted(recipe: Recipe, folder: Path, parent: Path | None) -> Any:
    """The base with LoRA layers, fresh ones or the parent's, and the loss over answers."""
    import torch
    from peft import PeftModel, get_peft_model
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    from finetune.answer_loss import lose_over_answers

    packed = recipe.training.quantise == "nf4"
    config = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
    base = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=getattr(torch, recipe.training.precision),
        attn_implementation="sdpa",
        quantization_config=config if packed else None,
        local_files_only=True,
    )
    base.config.use_cache = False
    lose_over_answers(base)
    torch.manual_seed(recipe.training.seed)
    if parent is not None:
        return PeftModel.from_pretrained(base, parent, is_trainable=True)
    return get_peft_model(base, lora_config(recipe.lora))


def lora_config(lora: Lora) -> Any:
    """PEFT's own description of the layers."""
    from peft import LoraConfig

    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        use_rslora=lora.rslora,
        target_modules=list(lora.targets),
        task_type="CAUSAL_LM",
    )


def _arguments(training: Training, given: Lesson, checkpoints: Path) -> Any:
    import torch
    from trl.trainer.sft_config import SFTConfig

    packs = math.ceil(given.tokens / training.pack_tokens)
    steps = max(1, math.ceil(packs / training.packs_per_step))
    every = max(1, steps // training.evaluations)
    return SFTConfig(
        output_dir=str(checkpoints),
        num_train_epochs=training.epochs,
        learning_rate=training.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=round(training.warmup * steps * training.epochs),
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        gradient_accumulation_steps=_packs_a_process(training.packs_per_step),
        packing=True,
        packing_strategy="bfd",
        max_length=training.pack_tokens,
        completion_only_loss=True,
        gradient_checkpointing=training.gradient_checkpointing,
        eval_strategy="steps",
        eval_on_start=True,
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=max(1, every // 4),
        seed=training.seed,
        data_seed=training.seed,
        use_cpu=not torch.cuda.is_available(),
        bf16=False,  # the weights are bfloat16 already; autocast would only copy them
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        average_tokens_across_devices=True,
    )


def _packs_a_process(packs: int) -> int:
    """The packs of a step are shared by all processes that `accelerate launch` started. Raises `UserError` where they
    cannot be."""
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if packs % processes:
        raise UserError("training.packs_per_step", packs, f"a multiple of the {processes} processes")
    return packs // processes


def _dataset(rows: Sequence[Encoded]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "input_ids": [list(row.ids) for row in rows],
            "completion_mask": [[0] * (len(row.ids) - row.answer) + [1] * row.answer for row in rows],
        }
    )


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    return tokenizer
