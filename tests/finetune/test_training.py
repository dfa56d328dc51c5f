"""What is learned: the answer's tokens alone, each example by itself, from the very ids that serving sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from core.errors import UserError
from core.generation import Message
from engine.templates import PromptEncoder
from finetune.answer_loss import CHUNK, IGNORED, lose_over_answers
from finetune.encoding import Encoded, encode, fitting, split
from finetune.examples import Example
from finetune.recipe import RECIPES, Recipe, read_recipe

MESSAGES = (Message("system", "Write a headline."), Message("user", "Product: Fern Mug"))


def example(group: str = "shop/CUP-1", answer: str = "Three fingers fit") -> Example:
    return Example("shop/ad-1/0", "copy", "en", group, MESSAGES, "", "copy/headline@1#00000000-bare", answer)


def small_llama() -> Any:
    """A random Llama of two layers: big enough to be wrong in every way that a real one could be."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=300,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        attn_implementation="sdpa",
    )
    return LlamaForCausalLM(config).eval()


def batch(rows: int = 2, length: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.randint(5, 300, (rows, length), generator=torch.Generator().manual_seed(1))
    labels = ids.clone()
    labels[:, : length // 2] = IGNORED
    return ids, labels


def test_the_loss_is_transformers_own_and_so_is_its_gradient() -> None:
    ids, labels = batch(rows=30, length=60)
    assert (labels != IGNORED).sum() > CHUNK, "more than one chunk"
    plain, ours = small_llama(), small_llama()
    lose_over_answers(ours)
    expected = plain(input_ids=ids, labels=labels).loss
    found = ours(input_ids=ids, labels=labels).loss
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    expected.backward()
    found.backward()
    for (name, one), other in zip(plain.named_parameters(), ours.parameters(), strict=True):
        assert torch.allclose(one.grad, other.grad, atol=1e-6), name


def test_without_labels_the_model_is_what_it_was() -> None:
    ids, _ = batch()
    plain, ours = small_llama(), small_llama()
    lose_over_answers(ours)
    assert torch.equal(plain(input_ids=ids).logits, ours(input_ids=ids).logits)


def test_packed_examples_do_not_see_each_other() -> None:
    """Two examples in one row, told apart by their positions, lose exactly what they lose alone."""
    model = small_llama()
    lose_over_answers(model)
    ids, labels = batch()
    alone = sum(model(input_ids=ids[[at]], labels=labels[[at]]).loss for at in (0, 1)) / 2
    packed_labels = labels.clone()
    packed_labels[:, 0] = IGNORED
    positions = torch.arange(ids.shape[1]).repeat(2)[None]
    packed = model(input_ids=ids.reshape(1, -1), labels=packed_labels.reshape(1, -1), position_ids=positions).loss
    assert packed.item() == pytest.approx(alone.item(), rel=1e-5)


@pytest.mark.model
def test_training_and_serving_have_the_same_ids(model_folder: Path) -> None:
    encoder = PromptEncoder(model_folder)
    encoded = encode(example(), encoder)
    served = encoder.encode(MESSAGES)
    assert list(encoded.ids[: len(served)]) == served
    assert encoded.answer == len(encoded.ids) - len(served)
    learned = encoder.tokenizer.decode(list(encoded.ids[-encoded.answer :]), skip_special_tokens=False)
    assert learned == "Three fingers fit<|im_end|>"


def test_a_product_is_never_on_both_sides_of_the_split_and_every_task_is_watched() -> None:
    everything = [example(f"shop/P-{number}", answer) for number in range(200) for answer in ("one", "two")]
    learned, kept = split(everything, held_out=0.1)
    assert {one.group for one in learned}.isdisjoint({one.group for one in kept})
    assert len(learned) + len(kept) == len(everything)
    assert len(kept) == 0.1 * len(everything)
    assert {one.id for one in split(everything[::-1], held_out=0.1)[1]} == {one.id for one in kept}


def test_packs_that_are_too_small_are_refused_with_the_length_that_is_needed() -> None:
    rows = [Encoded(tuple(range(100)), 10), Encoded(tuple(range(300)), 10)]
    with pytest.raises(UserError, match=r"training\.pack_tokens.*256.*300"):
        fitting(rows, 256)


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_recipes_are_whole(path: Path) -> None:
    assert isinstance(read_recipe(path), Recipe)
    assert read_recipe(Path(path.stem)) == read_recipe(path)


def test_a_recipe_takes_other_data_and_another_name() -> None:
    ours = read_recipe(Path("cpu-smollm2"))
    changed = ours.changed(["brand.csv"], "mine")
    assert (changed.data, changed.name, changed.base) == (("brand.csv",), "mine", ours.base)
    assert ours.changed(None, None) == ours
    with pytest.raises(UserError, match="--name: name"):
        ours.changed(None, "My Brand")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("training: {epoch: 3}", "training.epoch"),
        ("lora: {rank: 0}", "lora.rank"),
        ("name: My Brand", "name"),
        ("data: []", "data"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, line: str, field: str) -> None:
    recipe = tmp_path / "mine.yaml"
    base = {"base": "base: smollm2-135m", "name": "name: mine", "data": "data: [kitchen]"}
    base[line.partition(":")[0]] = line
    recipe.write_text("\n".join(base.values()), "utf-8")
    with pytest.raises(UserError, match=f"mine.yaml: {field}"):
        read_recipe(recipe)
