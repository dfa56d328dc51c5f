"""The benchmark of training: contenders take turns in processes of their own, over equal rows and equal losses."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from core.errors import HawkerError, UserError
from core.settings import Settings
from finetune.bench_training import one_step_a_round
from finetune.encoding import Encoded
from finetune.plain_loop import IGNORED, padded
from finetune.recipe import read_recipe
from finetune.taking_turns import Contender, Turns, in_turn

ROWS = [Encoded((5, 6, 7, 8), 2), Encoded((9, 10), 1), Encoded((11, 12, 13, 14, 15, 16), 3)]


def note_rounds(notes: Path, name: str, ballast: int, turns: Turns) -> None:
    """Writes down who is at work, and how its rounds began and ended."""
    held = bytearray(os.urandom(1)) * ballast
    for number in range(3):
        turns.begin()
        _note(notes, f"{name}{number} begins")
        time.sleep(0.02 * (number + 1))
        _note(notes, f"{name}{number} ends")
        turns.end()
    turns.finish()
    assert held


def fall_over(turns: Turns) -> None:
    turns.begin()
    raise ValueError("no\nsuch row")


def _note(notes: Path, line: str) -> None:
    with notes.open("a") as file:
        file.write(line + "\n")


def test_rounds_alternate_and_memory_is_each_ones_own(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    light, heavy = (
        Contender(name, "cpu", note_rounds, notes, name, size) for name, size in (("a", 1), ("b", 300 << 20))
    )
    done = in_turn([light, heavy], rounds=2)
    light.close()
    heavy.close()
    rounds = [f"{name}{number} {what}" for number in range(3) for name in "ab" for what in ("begins", "ends")]
    assert notes.read_text().split("\n")[:-1] == rounds
    first, second = done["a"]
    assert 0.04 <= first.seconds < second.seconds, "the first round warmed up and is not among them"
    assert done["b"][0].peak_bytes - first.peak_bytes > 250 << 20


def test_a_contender_that_fails_says_why() -> None:
    contender = Contender("the loop", "cpu", fall_over)
    with pytest.raises(HawkerError, match="the loop failed: ValueError: no such row"):
        contender.round()
    contender.close()


def test_padding_changes_no_loss() -> None:
    """What the plain loop learns is what ours learns: the answers' tokens, whatever stands beside them."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from finetune.answer_loss import lose_over_answers

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=40, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2
    )
    plain, ours = LlamaForCausalLM(config).eval(), LlamaForCausalLM(config).eval()
    ours.load_state_dict(plain.state_dict())
    lose_over_answers(ours)
    batch = padded(ROWS)
    assert (batch["labels"] != IGNORED).sum() == sum(row.answer for row in ROWS)
    alone = [(padded([row]), row.answer) for row in ROWS]
    expected = sum(ours(input_ids=one["input_ids"], labels=one["labels"]).loss * count for one, count in alone) / 6
    assert plain(**batch).loss.item() == pytest.approx(expected.item(), rel=1e-5)


def test_a_round_is_one_step_over_everything() -> None:
    training = one_step_a_round(read_recipe(Path("cpu-smollm2")), rows=40, repeats=3).training
    assert (training.epochs, training.packs_per_step, training.patience) == (4, 40, 5)


def test_without_a_gpu_it_says_so(home: Settings) -> None:
    import torch

    from finetune.bench_training_gpu import run

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(UserError, match=r"train-gpu.*CUDA device.*nothing was measured"):
        run(home)


@pytest.mark.model
def test_a_random_model_of_any_shape_can_be_trained(tmp_path: Path, model_folder: Path) -> None:
    from engine.plain_weights import plain_weights
    from finetune.bench_training_gpu import write_random_llama
    from finetune.plain_loop import plain_loop

    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    write_random_llama(plain_weights(model_folder), tmp_path, {**shape, "num_key_value_heads": 2})
    recipe = read_recipe(Path("cpu-smollm2"))
    loop = (plain_loop, tmp_path, ROWS, recipe.lora, recipe.training, 2)
    contender = Contender("plain", "cpu", *loop)
    assert all(contender.round().seconds > 0 for _ in range(2))
    contender.close()
