"""From a recipe to an adapter that can be served: examples, training, then all that an adapter's folder must tell.

The folder is written beside the run's checkpoints, so that a run that was killed goes on; taking it into the registry
and putting it in front are the caller's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import UserError
from core.settings import Settings
from engine.adapter_manifest import CONFIG, WEIGHTS, AdapterManifest, write_manifest
from engine.adapters import NEWEST, Adapters, Installed
from engine.catalog import CATALOG
from engine.shelf import require_model, weights_sha256
from finetune.card import card
from finetune.curves import draw_curves
from finetune.data.gathering import sha256_of
from finetune.examples import Example
from finetune.extras import require_training_libraries
from finetune.recipe import Recipe
from finetune.rehearsal import rehearsal
from finetune.training import Trained, train
from finetune.watching import Progress, watched_by

RUN = "run.json"


@dataclass(frozen=True, slots=True)
class Made:
    manifest: AdapterManifest
    folder: Path
    trained: Trained


def make_adapter(
    recipe: Recipe,
    settings: Settings,
    examples: Sequence[Example],
    work: Path,
    resume: bool = False,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Made:
    """Train in the folder `work` and dress the adapter there.

    Raises `UserError` where the training libraries are missing, `work` holds a run that `resume` was not asked for, or
    would go on with other examples or another recipe; `ModelMissing` where the base is not installed.
    """
    require_training_libraries()
    require_model(settings, recipe.base)
    parent = parent_of(recipe, settings)
    beside = rehearsal(recipe, parent, settings)
    data = sha256_of((*examples, *beside))
    _same_run(recipe, data, work, resume)
    began = time.monotonic()
    folder = parent.folder if parent else None
    trained = train(recipe, settings, examples, work, resume, [watched_by(tell)], folder, beside)
    manifest = _manifest(recipe, settings, (*examples, *beside), data, trained, time.monotonic() - began)
    if trained.writes:
        _dress(trained, manifest)
    return Made(manifest, trained.adapter, trained)


def parent_of(recipe: Recipe, settings: Settings) -> Installed | None:
    """The adapter that training goes on from. Raises `UserError` where it is of another base, or there is none."""
    if recipe.continue_from is None:
        return None
    registry = Adapters(settings)
    live = recipe.continue_from == NEWEST
    place = (recipe.base, recipe.tasks[0], recipe.languages[0])
    found = registry.live(*place) if live else registry.get(recipe.continue_from)
    if found is None or found.manifest.base != recipe.base:
        made_for = found.manifest.base if found else "none"
        raise UserError("continue_from", f"{recipe.continue_from} ({made_for})", f"an adapter of {recipe.base}")
    return found


def _same_run(recipe: Recipe, data: str, work: Path, resume: bool) -> None:
    """A checkpoint is gone on from only by the run that wrote it."""
    now = {"recipe": recipe.model_dump(mode="json"), "data_sha256": data}
    path = work / RUN
    if path.is_file():
        if not resume:
            fix = "add --resume to go on, or --fresh to begin anew"
            raise UserError("--resume", "not given", f"a folder without a run, but {work} has one", fix)
        if json.loads(path.read_text("utf-8")) != now:
            raise UserError("--resume", work, "the same recipe and data as before", "begin anew with --fresh")
    work.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(now, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _manifest(
    recipe: Recipe, settings: Settings, examples: Sequence[Example], data: str, trained: Trained, seconds: float
) -> AdapterManifest:
    entry, heard = CATALOG.get(recipe.base), recipe.heard or recipe
    learned = [one for one in examples if recipe.wants(one)]
    terms = f"the {entry.licence} found at {entry.terms}" if entry and entry.terms else ""
    notice = f"A derivative of {recipe.base}, changed by training, which is provided under and subject to {terms}."
    return AdapterManifest(
        name=recipe.name,
        base=recipe.base,
        base_sha256=weights_sha256(settings, recipe.base),
        tasks=heard.tasks,
        languages=heard.languages,
        prompts=tuple(sorted({f"{one.prompt}:{one.language}" for one in learned if one.prompt})),
        data_sha256=data,
        recipe=recipe.model_dump(mode="json", exclude_none=True),
        metrics={
            "held_out_loss": round(trained.held_out_loss, 4),
            "held_out_loss_before": round(trained.loss_before, 4),
            "steps": trained.steps,
            "tokens_an_epoch": trained.tokens,
            "examples": len(learned),
            "seconds": round(seconds),
        },
        licence=recipe.licence,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        notices=(notice,) if terms else (),
    )


def _dress(trained: Trained, manifest: AdapterManifest) -> None:
    """Halve the weights, take this machine's paths out, write manifest, card, log and curves."""
    from safetensors.torch import load_file, save_file

    folder = trained.adapter
    weights = {name: tensor.half().contiguous() for name, tensor in load_file(folder / WEIGHTS).items()}
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    config["base_model_name_or_path"] = manifest.base
    (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")
    write_manifest(folder, manifest)
    (folder / "README.md").write_text(card(manifest), "utf-8")
    lines = "\n".join(json.dumps(record) for record in trained.log)
    (folder / "log.jsonl").write_text(lines + "\n", "utf-8")
    draw_curves(trained.log, f"{manifest.name} on {manifest.base}", folder / "curves.png")
