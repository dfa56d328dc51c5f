"""What each kind of OpenAI-compatible server understands beyond OpenAI's own fields, and how it is recognised.

Sources: vLLM `entrypoints/openai/protocol.py`; SGLang `entrypoints/openai/protocol.py` and docs "LoRA Serving";
llama.cpp `tools/server/README.md` and pull requests 13174, 13608; Ollama docs "OpenAI compatibility" and
`template/template.go`. What a server would ignore or refuse is not sent to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.settings import Flavour as FlavourName

Continues = Literal["by flags", "by itself", "never"]
"""How a server is told to go on with an assistant's message: by `continue_final_message`; it does so with a last one of
itself; it opens a new answer whatever comes last (Ollama: some templates go on, some do not)."""


@dataclass(frozen=True, slots=True)
class Flavour:
    """One kind of server."""

    name: FlavourName
    continues: Continues = "never"
    top_k: str | None = None
    """what it calls `Sampling.top_k`; None where it has no such thing: then it is left out"""
    repetition_penalty: str | None = None
    """likewise"""
    adapter: str = "{adapter}"
    """the name that an adapter is asked for by"""

    def asked(self, model: str, adapter: str) -> str:
        """What stands in a request's `model` field. `model` is the server's own name of it."""
        return self.adapter.format(model=model, adapter=adapter)


_ALL = (
    Flavour("vllm", "by flags", "top_k", "repetition_penalty"),
    Flavour("sglang", "by flags", "top_k", "repetition_penalty", "{model}:{adapter}"),
    Flavour("llama.cpp", "by itself", "top_k", "repeat_penalty"),
    Flavour("ollama"),
    Flavour("hawker", "by flags", "top_k", "repetition_penalty", "{model}:{adapter}"),
    Flavour("openai"),
)
FLAVOURS = {flavour.name: flavour for flavour in _ALL}
_OWNERS: dict[str, FlavourName] = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llama.cpp",
    "library": "ollama",
    "hawker": "hawker",
}
"""`owned_by` in GET /v1/models -> who writes so"""


def recognised(owners: Iterable[str]) -> Flavour:
    """The kind of server that names such owners of its models; plain OpenAI where nobody known does."""
    names = (_OWNERS[owner] for owner in owners if owner in _OWNERS)
    return FLAVOURS[next(names, "openai")]
