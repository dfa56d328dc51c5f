"""`hawker bench train`: our trainer beside a plain peft + AdamW loop with padding, on the same rows.

A round is one optimiser step over all rows. Ours is `finetune.training.train` as a recipe runs it: packs, the loss over
answers, bfloat16; the peer is `finetune.plain_loop` in bfloat16 and in float32. Checkpoints and held-out losses, which
the peer has none of, lie between the rounds and are not measured.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Literal

from core.settings import Settings
from engine.plain_weights import plain_weights
from engine.shelf import require_model
from engine.templates import PromptEncoder
from evals.report import BenchReport, BenchRow, compare, this_machine
from finetune.data.gathering import gather_examples
from finetune.examples import Example
from finetune.extras import require_training_libraries
from finetune.plain_loop import plain_loop
from finetune.recipe import Recipe, read_recipe
from finetune.taking_turns import Contender, Device, Round, Turns, in_turn
from finetune.training import Lesson, lesson, train

if TYPE_CHECKING:
    from transformers import TrainerCallback

Precision = Literal["bfloat16", "float32"]
OURS, RECIPE = "our trainer", Path("cpu-smollm2")
ROWS = 32
"""drawn of the corpora's English examples, some of which the trainer holds out"""


@dataclass(frozen=True, slots=True)
class Race:
    """What all contenders are given: `steps` over the same examples."""

    name: str
    settings: Settings
    recipe: Recipe
    examples: tuple[Example, ...]
    steps: int
    device: Device = "cpu"

    @property
    def lesson(self) -> Lesson:
        return lesson(self.recipe, self.examples, PromptEncoder(require_model(self.settings, self.recipe.base)))


def run(settings: Settings, repeats: int = 3) -> BenchReport:
    """Medians of `repeats` rounds on the CPU. Raises `ModelMissing`, and `UserError` without the training libraries."""
    require_training_libraries()
    recipe = one_step_a_round(read_recipe(RECIPE), ROWS, repeats)
    race = Race("CPU", settings, recipe, drawn(recipe, settings, ROWS), repeats + 1)
    return BenchReport("train", this_machine(), tuple(rows_of(race, ("bfloat16", "float32"))))


def drawn(recipe: Recipe, settings: Settings, count: int) -> tuple[Example, ...]:
    """`count` of the examples that the recipe trains on, always the same ones."""
    wanted = [one for one in gather_examples(recipe.data, settings).examples if recipe.wants(one)]
    return tuple(sorted(wanted, key=lambda one: hashlib.sha256(one.id.encode()).digest())[:count])


def one_step_a_round(recipe: Recipe, rows: int, repeats: int, pack_tokens: int = 512) -> Recipe:
    """The recipe with every epoch one step, of all packs, and an epoch for each round."""
    changed = {
        "epochs": repeats + 1,
        "pack_tokens": pack_tokens,
        "packs_per_step": rows,
        "evaluations": 1,
        "patience": repeats + 2,
    }
    return recipe.model_copy(update={"training": recipe.training.model_copy(update=changed)})


def rows_of(race: Race, precisions: Sequence[Precision]) -> Iterator[BenchRow]:
    """Speed and peak memory of our trainer beside the plain loop in each precision."""
    given = race.lesson
    case = f"{race.name}: {len(given.learned)} rows, {given.tokens} tokens, {given.answer_tokens} of answers"
    with _contenders(race, given, precisions) as contenders:
        done = in_turn(contenders, race.steps - 1)
    ours = done.pop(OURS)
    for name, theirs in done.items():
        yield compare(case, "tokens of answer/s", _rates(given, ours), _rates(given, theirs), name)
    for name, theirs in done.items():
        mine, peer = (max(one.peak_bytes for one in some) / 2**30 for some in (ours, theirs))
        yield BenchRow(case, "peak memory, GiB", mine, peer, name, peer / mine)
    yield BenchRow(case, "tokens/s, prompts included", given.tokens / median(one.seconds for one in ours))


def _rates(given: Lesson, rounds: Sequence[Round]) -> list[float]:
    return [given.answer_tokens / one.seconds for one in rounds]


@contextmanager
def _contenders(race: Race, given: Lesson, precisions: Sequence[Precision]) -> Iterator[list[Contender]]:
    folder = plain_weights(require_model(race.settings, race.recipe.base))
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        contenders = [Contender(OURS, race.device, _ours, race, work)]
        stack.callback(contenders[0].close)
        for precision in precisions:
            training = race.recipe.training.model_copy(update={"precision": precision})
            loop = (plain_loop, folder, given.learned, race.recipe.lora, training, race.steps)
            contenders.append(Contender(f"plain loop, {precision}", race.device, *loop))
            stack.callback(contenders[-1].close)
        yield contenders


def _ours(race: Race, work: Path, turns: Turns) -> None:
    callback: Callable[[Lesson], TrainerCallback] = partial(_turn_taking, turns)
    train(race.recipe, race.settings, race.examples, work, callbacks=[callback])
    turns.finish()


def _turn_taking(turns: Turns, given: Lesson) -> TrainerCallback:
    """A callback whose rounds are the trainer's steps."""
    from transformers import TrainerCallback

    callback = TrainerCallback()
    callback.on_step_begin = lambda *told, **more: turns.begin()
    callback.on_step_end = lambda *told, **more: turns.end()
    return callback
