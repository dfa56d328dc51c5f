"""The curves of a training run as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def draw_curves(log: Sequence[Mapping[str, float]], title: str, path: Path) -> None:
    """Loss and held-out loss by step, as a PNG. `log`: the trainer's records with `step` and `loss` or `eval_loss`."""
    import matplotlib

    matplotlib.use("Agg")  # no screen is needed
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for key, label in (("loss", "training"), ("eval_loss", "held out")):
        points = [(record["step"], record[key]) for record in log if key in record]
        axes.plot([step for step, _ in points], [loss for _, loss in points], marker=".", label=label)
    axes.set(title=title, xlabel="step", ylabel="loss (nats a token of the answer)")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
