"""Tokens of a prompt that another machine will read: counted where the model is installed here, else estimated."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.generation import Message
from core.settings import Settings
from engine.shelf import folder_of, is_installed

if TYPE_CHECKING:
    from engine.templates import PromptEncoder

_CHARACTERS, _WIDE, _TURN = 3.5, 1.5, 5
"""characters a token in Latin script, and in Chinese and its neighbours; tokens that a template puts around a turn"""


class TokenCount:
    """Of one model. Safe to use from several threads."""

    def __init__(self, settings: Settings, model: str) -> None:
        self._folder = folder_of(settings, model) if is_installed(settings, model) else None

    def __call__(self, messages: Sequence[Message], prefill: str = "") -> int:
        if self._folder is not None:
            return len(_encoder(self._folder).encode(messages, prefill))
        texts = [*(message.content for message in messages), prefill]
        return _TURN * (len(messages) + 1) + sum(map(estimate, texts))


def estimate(text: str) -> int:
    """About how many tokens a text has, rather more than fewer.

    >>> estimate("Dear customer"), estimate("退货需要运费")
    (4, 4)
    """
    wide = sum(character >= "\u2e80" for character in text)
    return math.ceil(wide / _WIDE + (len(text) - wide) / _CHARACTERS)


@functools.lru_cache(maxsize=4)
def _encoder(folder: Path) -> PromptEncoder:
    from engine.templates import PromptEncoder

    return PromptEncoder(folder)
