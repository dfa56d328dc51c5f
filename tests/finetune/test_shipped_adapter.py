"""The adapter that ships, on the real model: it speaks unless it is told not to, and what it writes is its own."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from agent.copywriter import write_copy
from agent.house import House
from core.copy import CopyRequest
from core.settings import Settings
from core.shop import Brand, Product
from engine.adapters import SHIPPED, Adapters
from finetune.corpus import CORPORA
from finetune.data.gathering import gather_examples
from finetune.recipe import read_recipe
from prompts.changes import changed_prompts

LAMP = Product(
    "LAMP-1",
    {"en": "Fen Reading Lamp"},
    description={"en": "A brass arm clips on any shelf. The light is warm and can be dimmed. The cable folds away."},
    attributes={"en": {"Material": "brass and glass"}},
    category=("home", "lamps"),
    price=Decimal("49.00"),
    currency="USD",
)
MEGABYTES = 12
FOLDERS = sorted(path for path in SHIPPED.iterdir() if path.is_dir())

pytestmark = pytest.mark.usefixtures("model_folder")


def written(home: Settings, adapter: str) -> tuple[str | None, str, set[str]]:
    with House(home.model_copy(update={"adapter": adapter})) as house:
        house.store.shop.put_products([LAMP])
        house.store.shop.set_brand(Brand(name="Fen"))
        result = write_copy(house, CopyRequest("LAMP-1", "meta-feed", count=3, seed=5))
    texts = {str(text) for variant in result.variants for text in variant.parts.values()}
    return result.adapter, result.prompt, texts


@pytest.mark.model
def test_it_speaks_by_default_and_says_other_things_than_the_bare_model(home: Settings) -> None:
    adapter, prompt, tuned = written(home, "live")
    assert adapter == "house-en"
    assert all(reference.endswith("-bare") for reference in prompt.split(", "))
    bare_adapter, bare_prompt, bare = written(home, "none")
    assert bare_adapter is None
    assert "-bare" not in bare_prompt
    assert tuned
    assert tuned != bare


@pytest.mark.parametrize(
    "folder", sorted(path for path in SHIPPED.iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_it_is_small_whole_and_of_these_prompts(home: Settings, folder: Path) -> None:
    found = Adapters(home).get(folder.name)
    assert sum(path.stat().st_size for path in folder.glob("*.safetensors")) <= MEGABYTES * 1e6
    assert {"README.md", "log.jsonl", "curves.png"} <= {path.name for path in folder.iterdir()}
    assert found.manifest.licence
    assert changed_prompts(found.manifest.prompts) == ()
    knows = found.manifest
    assert Adapters(home).live(knows.base, knows.tasks[0], knows.languages[0]) == found


def test_no_held_out_shop_is_among_what_it_learned_from(home: Settings) -> None:
    for folder in FOLDERS:
        learned = Adapters(home).get(folder.name).manifest.recipe["data"]
        assert isinstance(learned, list)
        assert all((CORPORA / name).is_dir() for name in learned)
    recipe = read_recipe(Path("cpu-smollm2"))
    assert not gather_examples(recipe.data[:1], home).problems
