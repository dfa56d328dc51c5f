"""Kinds of values that a setting may have: a list in YAML is words in the environment, a mapping is `name=value` words.

A value that does not fit raises `ValueError` saying what was expected; `core.settings` makes the line of it.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr, StringConstraints
from pydantic_settings import NoDecode

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _pairs(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [word.partition("=") for word in value.replace(",", " ").split()]
    if not all(name and sign and other for name, sign, other in pairs):
        raise ValueError("pairs like smollm2-135m=HuggingFaceTB/SmolLM2-135M-Instruct, by spaces or commas")
    return {name: other for name, _, other in pairs}


def _address(value: str) -> str:
    """An address without its last slash; one without a path gets `/v1`, where every server of this kind listens."""
    found = _ADDRESS.fullmatch(value)
    if found is None:
        raise ValueError("an address like http://gpu-box:8000/v1, without a user, a password or a query")
    return value.rstrip("/") if (found[1] or "").strip("/") else value.rstrip("/") + "/v1"


def _fit_for_a_header(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not (text and text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("one word of plain letters, digits and signs")
    return SecretStr(text)


# No wildcard: who may read answers from another site is named.
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.-]+(:\d+)?$")]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_words)]
"""`https://shop.example https://www.shop.example`"""

Addresses = Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], NoDecode, BeforeValidator(_words)]
"""Base addresses of OpenAI-compatible servers: `http://gpu-1:8000/v1 http://gpu-2:8000/v1`"""

Names = Annotated[dict[str, str], NoDecode, BeforeValidator(_pairs)]
"""Our name -> theirs: `smollm2-135m=HuggingFaceTB/SmolLM2-135M-Instruct`"""

Secret = Annotated[SecretStr, AfterValidator(_fit_for_a_header)]
"""Never shown: not in an error, not in a log, not in `repr`."""
