"""Fields of a completion that vLLM and SGLang have beyond OpenAI's, and so do we: one Hawker loses nothing by speaking
through another."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, Field

from core.errors import UserError
from core.generation import Message, Sampling
from server.whole_numbers import Whole


class ServingFields(BaseModel):
    top_k: Whole | None = Field(None, ge=-1, description="0 or -1: no limit")
    repetition_penalty: float | None = Field(None, gt=0, le=2, description="1: none")
    continue_final_message: bool | None = Field(None, description="go on with the last message, an assistant's")
    add_generation_prompt: bool | None = Field(None, description="false beside continue_final_message, else true")

    def drawn(self, sampling: Sampling) -> Sampling:
        """`sampling`, with what these fields say of it."""
        top_k = max(self.top_k or 0, 0)
        return replace(sampling, top_k=top_k, repetition_penalty=self.repetition_penalty or 1.0)

    def parted(self, messages: tuple[Message, ...]) -> tuple[tuple[Message, ...], str]:
        """The conversation, and the beginning of the answer that is to be continued, if any. Raises `UserError`."""
        if self.add_generation_prompt is bool(self.continue_final_message):
            expected = "the opposite of continue_final_message: the answer is new, or it goes on"
            raise UserError("add_generation_prompt", self.add_generation_prompt, expected, "leave it out")
        if not self.continue_final_message:
            return messages, ""
        if messages[-1].role != "assistant":
            raise UserError("continue_final_message", True, "a last message by the assistant", "add its beginning")
        if len(messages) == 1:
            raise UserError("messages", "one by the assistant", "one before it, to be answered")
        return messages[:-1], messages[-1].content
