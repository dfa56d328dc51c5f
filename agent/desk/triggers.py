"""Words that decide a turn before any model is asked: attacks, other people's data, danger, a wish for a person.

The patterns are rules of the house, in triggers.yaml, written to be read; what they miss still meets grounding
(agent/desk/grounding.py), which shows nothing that no passage says.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from agent.desk.words import plain_text

PATTERNS = Path(__file__).with_name("triggers.yaml")


def triggered(name: str, text: str) -> bool:
    """Whether `text` matches the trigger `name`: injection, others, danger, person, angry, task, greeting, thanks,
    about_desk (of customers' messages); planted (of passages: text that gives an assistant orders).
    """
    return bool(_patterns()[name].search(plain_text(text).strip()))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = yaml.safe_load(PATTERNS.read_text(encoding="utf-8"))
    return {name: re.compile("|".join(sources), re.IGNORECASE | re.DOTALL) for name, sources in table.items()}
