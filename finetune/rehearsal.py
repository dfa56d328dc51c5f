"""Old rows beside new ones: a few dozen rows of one brand, learned alone, make a small model forget all other shops."""

from __future__ import annotations

from core.settings import Settings
from engine.adapters import Adapters, Installed
from evals.held_out.plan import spread
from finetune.corpus import CORPORA
from finetune.data.gathering import gather_examples
from finetune.examples import Example
from finetune.recipe import Recipe, recipe_of


def rehearsal(recipe: Recipe, parent: Installed | None, settings: Settings) -> tuple[Example, ...]:
    """`recipe.rehearse` examples of what the parent learned, as many of each task, evenly spread; none where it learned
    nothing of ours. A brand's rows are mostly of one task, and it is the others that are forgotten.

    Of a parent that is a brand's own the house's adapter is taken: it learned by rehearsal what that one learned.
    """
    if parent is None or not recipe.rehearse:
        return ()
    taught = next((found for one in (parent, *_shipped(recipe.base, settings)) if (found := _of_ours(one))), None)
    if taught is None:
        return ()
    known = gather_examples([name for name in taught.data if _is_ours(name)], settings).examples
    by_task: dict[str, list[Example]] = {}
    for one in known:
        if recipe.wants(one) and taught.wants(one):
            by_task.setdefault(one.task, []).append(one)
    each = recipe.rehearse // max(1, len(by_task))
    return tuple(one for rows in by_task.values() for one in spread(rows, each))


def _shipped(base: str, settings: Settings) -> list[Installed]:
    return [one for one in Adapters(settings).of(base) if one.shipped]


def _of_ours(adapter: Installed) -> Recipe | None:
    """The recipe of an adapter that learned from our corpora; an adapter made elsewhere has none."""
    if not adapter.manifest.recipe:
        return None
    taught = recipe_of(adapter.manifest)
    return taught if any(map(_is_ours, taught.data)) else None


def _is_ours(name: str) -> bool:
    return (CORPORA / name).is_dir()
