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


def watched_by(tell: Callable[[Progress], None]) -> Callable[[Lesson], TrainerCallback]:
    """A callback for `finetune.training.train` that tells of every step, of the main process alone."""

    def make(lesson: Lesson) -> TrainerCallback:
        from transformers import TrainerCallback

        class Watching(TrainerCallback):  # its base is a heavy import
            began = first_step = 0.0
            now = Progress(0, 0, None, None, 0.0, 0.0)

            def on_train_begin(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
                self.began, self.first_step = time.monotonic(), state.global_step

            def on_step_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
                done, seconds = state.global_step - self.first_step, time.monotonic() - self.began
                tokens = done / state.max_steps * lesson.tokens * args.num_train_epochs
                left = (state.max_steps - state.global_step) * seconds / done
                self.now = replace(
                    self.now, step=state.global_step, steps=state.max_steps,
                    tokens_per_second=tokens / seconds, seconds_left=left,
                )  # fmt: skip
                self._tell(state)

            def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **unused: Any) -> None:
                told = logs or {}
                loss, held_out = told.get("loss", self.now.loss), told.get("eval_loss", self.now.held_out_loss)
                self.now = replace(self.now, loss=loss, held_out_loss=held_out)
                if "eval_loss" in told:
                    self._tell(state)

            def _tell(self, state: Any) -> None:
                if state.is_world_process_zero:
                    tell(self.now)

        return Watching()

    return make
