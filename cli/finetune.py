"""`hawker finetune RECIPE`: train an adapter, and look after what it learns from (`hawker finetune data`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from cli import edge, finetune_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.settings import Settings
    from finetune.data.personal_data import Policy
    from finetune.examples import Example
    from finetune.making import Made
    from finetune.recipe import Recipe
    from finetune.watching import Progress


class _RecipeFirst(TyperGroup):
    """`hawker finetune brand.yaml` is `hawker finetune run brand.yaml`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # typer's types of both are private
        known = not args or args[0] in self.commands
        return super().resolve_command(ctx, args if known else ["run", *args])


app = typer.Typer(
    help="Train the shop's own voice: `hawker finetune RECIPE`, a YAML file or the name of one of ours.",
    cls=_RecipeFirst,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(finetune_data.app, name="data")


@app.command()
def run(
    recipe: Annotated[str, typer.Argument(help="a YAML file, or cpu-smollm2, cpu-gemma3, gpu-qwen3-4b, own-brand")],
    data: Annotated[list[str] | None, typer.Option("--data", help="in place of the recipe's: files or shops")] = None,
    name: Annotated[str | None, typer.Option("--name", help="the adapter's, in place of the recipe's")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on from the last checkpoint of a run cut off")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="throw a run of this name away and begin anew")] = False,
    redact: Annotated[bool, typer.Option("--redact", help="put <kind> in place of personal data")] = False,
    json: edge.Json = False,
) -> None:
    """Train an adapter by a recipe and take it into this home; `hawker adapters promote` puts it in front."""
    import shutil

    from engine.adapters import Adapters
    from finetune.extras import require_training_libraries
    from finetune.making import make_adapter
    from finetune.recipe import read_recipe

    require_training_libraries()
    settings = edge.settings()
    wanted = read_recipe(Path(recipe)).changed(data=data, name=name)
    Adapters(settings).require_free(wanted.name, replace=True)
    work = settings.home / "finetune" / wanted.name
    if fresh:
        shutil.rmtree(work, ignore_errors=True)
    examples = _examples(wanted, settings, redact)
    made = make_adapter(wanted, settings, examples, work, resume, _teller())
    if made.trained.writes:
        _take_in(made, settings, json)


def _examples(recipe: Recipe, settings: Settings, redact: bool) -> Sequence[Example]:
    """What the recipe's data hold. Raises `UnfitData` for the first row that is wrong; `data check` lists them all."""
    from finetune.data.gathering import gather_examples

    policy: Policy = "redact" if redact else "refuse"
    return gather_examples(recipe.data, settings, personal_data=policy).or_refused().examples


def _teller() -> Callable[[Progress], None]:
    """One line a step, on the standard error of now: libraries are kept from it while they train."""
    from rich.console import Console

    console = Console(file=sys.stderr, soft_wrap=True, highlight=False)
    return lambda now: console.print(str(now), markup=False)


def _take_in(made: Made, settings: Settings, json: bool) -> None:
    from engine.adapters import Adapters

    taken = Adapters(settings).add(made.folder, replace=True)
    if json:
        edge.print_json({"adapter": taken.manifest, "folder": str(taken.folder)})
        return
    told = taken.manifest.metrics
    out = edge.out()
    out.print(f"{taken.name}: held-out loss {told['held_out_loss']}, {told['seconds']:.0f} s", markup=False)
    out.print(f"  in {taken.folder}", markup=False)
    out.print(f"  next: hawker adapters promote {taken.name}", markup=False)
