"""Which prompts changed since something was tuned on them? To an adapter a changed text is another question."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import NotFound
from prompts.library import load_prompt


def changed_prompts(references: Iterable[str]) -> tuple[str, ...]:
    """Those of `references`, each `copy/ad@3#0f3a9c21-bare:en`, whose prompt now has another text or is gone."""
    return tuple(reference for reference in references if _now(reference) != reference)


def _now(reference: str) -> str:
    told, _, language = reference.rpartition(":")
    name = told.partition("@")[0]
    try:
        prompt = load_prompt(name, language, bare=told.endswith("-bare"))
    except NotFound:
        return ""
    return f"{prompt.ref}:{language}"
