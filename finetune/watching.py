"""What a training run tells those who wait for it: how far it is, how fast, how good, how long still."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import TrainerCallback

    from finetune.training import Lesson


@dataclass(frozen=True, slots=True)
class Progress:
    """Losses are in nats a token of the answers, None where none was measured yet; speed counts prompts too."""

    step: int
    steps: int
    loss: float | None
    held_out_loss: float | None
    tokens_per_second: float
    seconds_left: float

    def __str__(self) -> str:
        """One line for those who wait."""
        known = (("loss", self.loss), ("held out", self.held_out_loss))
        losses = "  ".join(f"{label} {loss:.3f}" for label, loss in known if loss is not None)
        seconds = self.seconds_left
        left = f"{seconds / 60:.0f} min left" if seconds >= 90 else f"{seconds:.0f} s left"
        return f"step {self.step} of {self.steps}  {losses}  {self.tokens_per_second:.0f} tokens/s  {left}"


def watched_by(tell: Callable[[Progress], None]) -> Callable[[Lesson], TrainerCallback]:
    """A callback for `finetune.training.train` that tells of every step, of the main process alone."""

    def make(lesson: Lesson) -> TrainerCallback:
        from transformers import TrainerCallback

        callback = type("Watching", (_Watcher, TrainerCallback), {})
        return callback(lesson.tokens, tell)

    return make


class _Watcher:
    """The part of the callback that is ours; its base is a heavy import."""

    def __init__(self, tokens: int, tell: Callable[[Progress], None]) -> None:
        self._tokens, self._tell = tokens, tell
        self._began, self._first = 0.0, 0
        self._now = Progress(0, 0, None, None, 0.0, 0.0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        self._began, self._first = time.monotonic(), state.global_step

    def on_step_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        done, seconds = state.global_step - self._first, time.monotonic() - self._began
        self._now = replace(
            self._now,
            step=state.global_step,
            steps=state.max_steps,
            tokens_per_second=done / state.max_steps * self._tokens * args.num_train_epochs / seconds,
            seconds_left=(state.max_steps - state.global_step) * seconds / done,
        )
        self._told(state)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **unused: Any) -> None:
        told = logs or {}
        loss, held_out = told.get("loss", self._now.loss), told.get("eval_loss", self._now.held_out_loss)
        self._now = replace(self._now, loss=loss, held_out_loss=held_out)
        if "eval_loss" in told and self._now.step:
            self._told(state)

    def _told(self, state: Any) -> None:
        if state.is_world_process_zero:
            self._tell(self._now)
