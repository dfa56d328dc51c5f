"""Small dataclasses of core as JSON, for the columns and sealed texts that hold them whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from core.facts import CheckResult, Citation, Conditioning


def to_text(value: object) -> str:
    """JSON, compact, with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def checks_to_json(checks: Iterable[CheckResult]) -> list[dict[str, Any]]:
    return [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]


def checks_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[CheckResult, ...]:
    return tuple(CheckResult(row["name"], row["ok"], row["detail"]) for row in rows)


def citations_to_json(citations: Iterable[Citation]) -> list[dict[str, str]]:
    return [{"source": citation.source, "quote": citation.quote} for citation in citations]


def conditioning_to_json(known: Conditioning) -> dict[str, str | None]:
    return {
        "segment": known.segment,
        "sentiment": known.sentiment,
        "intent": known.intent,
        "language": known.language,
    }


def conditioning_from_json(row: Mapping[str, str | None]) -> Conditioning:
    return Conditioning(**row)
