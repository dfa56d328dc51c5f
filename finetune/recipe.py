"""A recipe says what is trained, on what, and how.

It is a YAML file; every key but `base`, `name` and `data` may be left out, and unknown ones are refused. Commented
recipes lie in `finetune/recipes/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import UserError
from core.yaml_file import read_yaml

RECIPES = Path(__file__).with_name("recipes")
LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
Task = Literal["copy", "email", "support"]
Language = Literal["en", "zh"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lora(_Part):
    """Hu et al. 2021, arXiv:2106.09685; rank-stabilised scaling: Kalajdzievski 2023, arXiv:2312.03732."""

    rank: int = Field(16, ge=1, le=256)
    alpha: float = Field(32, gt=0)
    dropout: float = Field(0, ge=0, lt=1)
    """drawing it for 210 layers takes a CPU longer than the layers themselves"""
    rslora: bool = False
    targets: tuple[str, ...] = LINEAR


class Training(_Part):
    epochs: float = Field(3, gt=0)
    learning_rate: float = Field(5e-4, gt=0)
    warmup: float = Field(0.05, ge=0, lt=1)
    """share of the steps"""
    pack_tokens: int = Field(512, ge=64)
    """examples are packed to at most this many tokens, each seeing itself alone"""
    packs_per_step: int = Field(8, ge=1)
    precision: Literal["bfloat16", "float32"] = "bfloat16"
    quantise: Literal["none", "nf4"] = "none"
    """nf4: QLoRA (Dettmers et al. 2023, arXiv:2305.14314); needs a GPU and the extra `gpu`"""
    gradient_checkpointing: bool = False
    held_out: float = Field(0.06, gt=0, lt=0.5)
    """share of the groups (products, articles) kept out of training, for the held-out loss"""
    evaluations: int = Field(2, ge=1)
    """of the held-out loss, and checkpoints, an epoch"""
    patience: int = Field(3, ge=1)
    """evaluations without a better held-out loss after which training ends"""
    seed: int = 1


class Recipe(_Part):
    base: str
    """a name of the model catalogue"""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """of the adapter"""
    data: tuple[str, ...] = Field(min_length=1)
    """shops of `finetune/corpora` by name, or folders"""
    tasks: tuple[Task, ...] = ("copy", "email", "support")
    languages: tuple[Language, ...] = ("en",)
    lora: Lora = Lora()
    training: Training = Training()


def read_recipe(path: Path) -> Recipe:
    """The recipe in a YAML file, or one of ours by name. Raises `UserError` naming the key that is wrong."""
    found = path if path.is_file() else RECIPES / f"{path}.yaml"
    if not found.is_file():
        known = ", ".join(sorted(one.stem for one in RECIPES.glob("*.yaml")))
        raise UserError("RECIPE", path, f"a YAML file, or one of {known}")
    try:
        return Recipe.model_validate(read_yaml(found, "RECIPE"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise UserError(f"{found.name}: {key}", first.get("input"), first["msg"]) from error
