"""Old rows beside new ones: a few dozen rows of one brand, learned alone, make a small model forget all other shops."""

from __future__ import annotations

from core.settings import Settings
from engine.adapters import Installed
from evals.held_out.plan import spread
from finetune.corpus import CORPORA
from finetune.data.gathering import gather_examples
from finetune.examples import Example
from finetune.recipe import Recipe


def rehearsal(recipe: Recipe, parent: Installed | None, settings: Settings) -> tuple[Example, ...]:
    """`recipe.rehearse` examples of what the parent learned, evenly spread; none where it learned nothing of ours."""
    if parent is None or not recipe.rehearse:
        return ()
    taught = parent.manifest.recipe
    data, closeness = taught.get("data", ()), taught.get("closeness", 0.0)
    names = [name for name in data if (CORPORA / str(name)).is_dir()] if isinstance(data, list) else []
    if not names:
        return ()
    least = float(closeness) if isinstance(closeness, int | float) else 0.0
    known = [one for one in gather_examples(names, settings).examples if recipe.wants(one) and one.closeness >= least]
    return tuple(spread(known, recipe.rehearse))
