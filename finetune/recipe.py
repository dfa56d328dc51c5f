"""A recipe says what is trained, on what, and how.

It is a YAML file; every key but `base`, `name` and `data` may be left out, and unknown ones are refused. Commented
recipes lie in `finetune/recipes/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import UserError
from core.yaml_file import read_yaml
from engine.adapter_manifest import AdapterManifest
from finetune.examples import Example

RECIPES = Path(__file__).with_name("recipes")
LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
Task = Literal["copy", "email", "support"]
Language = Literal["en", "zh"]
Kind = Literal["copy/en", "copy/zh", "email/en", "email/zh", "support/en", "support/zh"]


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


class Heard(_Part):
    """Where an adapter speaks that learned more: what it rehearses so as not to forget, another may say better."""

    tasks: tuple[Task, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = Field(min_length=1)


class Recipe(_Part):
    base: str
    """a name of the model catalogue"""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """of the adapter"""
    data: tuple[str, ...] = Field(min_length=1)
    """shops of `finetune/corpora` by name, or folders"""
    continue_from: str | None = None
    """an adapter of the same base to go on from: its name, or `live`"""
    rehearse: int = Field(0, ge=0)
    """examples of what that adapter learned to learn again beside the new ones, so that it forgets nothing"""
    licence: str = "the shop's own"
    """of the adapter; a base may set terms besides"""
    tasks: tuple[Task, ...] = ("copy", "email", "support")
    languages: tuple[Language, ...] = ("en",)
    heard: Heard | None = None
    """where it speaks, if not in all that it learns"""
    closeness: float = Field(0, ge=0, le=1)
    """share of an ad line's words of meaning that its fact must have to be learned; a small model's leaps go astray"""
    wit: bool = True
    """whether e-mails that are not plain are learned; the smallest models answer wit with nonsense"""
    shares: dict[Kind, Annotated[float, Field(ge=0, le=1)]] = {}
    """share of a kind's examples that are learned, drawn by their ids; all where a kind is not named"""
    lora: Lora = Lora()
    training: Training = Training()

    def wants(self, example: Example) -> bool:
        """Whether it is of the tasks and languages, close enough to its facts, and plain where wit is not wanted."""
        spoken = example.task in self.tasks and example.language in self.languages
        fit = example.closeness >= self.closeness and (self.wit or not example.witty)
        return spoken and fit and self._drawn(example)

    def _drawn(self, example: Example) -> bool:
        """By the hash of its id, so that every run draws the same ones."""
        share = self.shares.get(cast(Kind, f"{example.task}/{example.language}"), 1.0)
        return int.from_bytes(hashlib.sha256(example.id.encode()).digest()[:4]) < share * 2**32

    def changed(self, data: Sequence[str] | None, name: str | None) -> Recipe:
        """The same with other data and another name, where given. Raises `UserError` for a name that cannot be one."""
        given = {"data": list(data) if data else None, "name": name}
        plain = {**self.model_dump(), **{key: value for key, value in given.items() if value}}
        return _validated(plain, "--name")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a YAML file, or one of ours by name. Raises `UserError` naming the key that is wrong."""
    found = path if path.is_file() else RECIPES / f"{path}.yaml"
    if not found.is_file():
        known = ", ".join(sorted(one.stem for one in RECIPES.glob("*.yaml")))
        raise UserError("RECIPE", path, f"a YAML file, or one of {known}")
    return _validated(read_yaml(found, "RECIPE"), found.name)


def recipe_of(manifest: AdapterManifest) -> Recipe:
    """What an adapter was trained by. Raises `UserError` where its manifest tells no recipe of ours."""
    return _validated(dict(manifest.recipe), f"adapter {manifest.name}: recipe")


def _validated(plain: object, place: str) -> Recipe:
    try:
        return Recipe.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise UserError(f"{place}: {key}", first.get("input"), first["msg"]) from error
