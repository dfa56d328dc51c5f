"""Messages to token ids, by the model's own chat template, or by a plain one of ours for base models without.

Training and serving both come through here, so they see the same ids. It knows no runtime.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import CorruptWeights
from core.generation import Message

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# A base model continues a document; sections with a heading each are the plainest one with turns in it.
_INPUT, _OUTPUT = "### Input\n", "### Output\n"
HOUSE_STOP = "\n###"
"""where a base model goes on with a section of its own"""
END_TOKEN_TEXTS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<end_of_turn>", "<eos>", "</s>")


class PromptEncoder:
    """The tokenizer and template of one model folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self.tokenizer = _load_tokenizer(folder)
        self._special = _special_texts(self.tokenizer)
        config = _read_json(folder / "tokenizer_config.json")
        template = _chat_template(folder, config)
        self.is_base = template is None
        """whether the model has no chat template and is prompted in sections instead"""
        # the settings that transformers compiles chat templates with
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
        self._template = environment.from_string(template or "")
        self._begin = _token_text(config.get("bos_token"))
        self._end = _token_text(config.get("eos_token"))
        self.stops: tuple[str, ...] = (HOUSE_STOP,) if self.is_base else ()
        """stop texts that the template itself asks for"""

    @property
    def end_tokens(self) -> tuple[int, ...]:
        """Ids that end an answer."""
        texts = dict.fromkeys((self._end, *END_TOKEN_TEXTS))
        ids = (self.tokenizer.token_to_id(text) for text in texts if text)
        return tuple(id_ for id_ in ids if id_ is not None)

    def render(self, messages: Sequence[Message], prefill: str = "") -> str:
        """The prompt as text, special tokens included, up to where the answer goes on."""
        turns = [Message(message.role, self._harmless(message.content)) for message in messages]
        if self.is_base:
            text = self._begin + render_sections(turns)
        else:
            text = self._template.render(
                messages=[{"role": turn.role, "content": turn.content} for turn in turns],
                add_generation_prompt=True,
                bos_token=self._begin,
                eos_token=self._end,
            )
        return text + self._harmless(prefill)

    def encode(self, messages: Sequence[Message], prefill: str = "") -> list[int]:
        """The prompt as token ids."""
        ids: list[int] = self.tokenizer.encode(self.render(messages, prefill), add_special_tokens=False).ids
        return ids

    def _harmless(self, text: str) -> str:
        """A customer who types `<|im_end|>` must not end a turn: special tokens are taken out of contents."""
        text = self._special.sub("", text)
        return text.replace(HOUSE_STOP, "\n##") if self.is_base else text


def render_sections(messages: Sequence[Message]) -> str:
    """The prompt of a model without a chat template: the system text, then a section for each turn.

    >>> render_sections([Message("system", "Name the capital."), Message("user", "Peru")])
    'Name the capital.\\n\\n### Input\\nPeru\\n\\n### Output\\n'
    """
    headings = {"system": "", "user": _INPUT, "assistant": _OUTPUT}
    sections = [f"{headings[message.role]}{message.content.strip()}\n\n" for message in messages]
    return "".join(sections) + _OUTPUT


def _load_tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        # tokenizers raises bare Exception for a missing as for a malformed file
        raise CorruptWeights(f"{path}: cannot be read as a tokenizer ({error}); pull the model again") from error


def _special_texts(tokenizer: Tokenizer) -> re.Pattern[str]:
    added = tokenizer.get_added_tokens_decoder().values()
    texts = sorted((token.content for token in added if token.special), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, texts)) or r"(?!)")


def _chat_template(folder: Path, config: dict[str, object]) -> str | None:
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    inline = config.get("chat_template")
    return inline if isinstance(inline, str) else None


def _token_text(entry: object) -> str:
    if isinstance(entry, dict):
        entry = entry.get("content")
    return entry if isinstance(entry, str) else ""


def _read_json(path: Path) -> dict[str, object]:
    loaded = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return loaded if isinstance(loaded, dict) else {}
