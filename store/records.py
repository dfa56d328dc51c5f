"""Small dataclasses of core as JSON, for the columns and sealed texts that hold them whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from core.facts import CheckResult, Citation, Conditioning
from core.support import Sentence


def to_text(value: object) -> str:
    """JSON, compact, with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def checks_to_json(checks: Iterable[CheckResult]) -> list[dict[str, Any]]:
    return [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]


def checks_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[CheckResult, ...]:
    return tuple(CheckResult(row["name"], row["ok"], row["detail"]) for row in rows)


def citations_to_json(citations: Iterable[Citation]) -> list[dict[str, str]]:
    return [{"source": citation.source, "quote": citation.quote} for citation in citations]


def citations_from_json(rows: Iterable[Mapping[str, str]]) -> tuple[Citation, ...]:
    return tuple(Citation(row["source"], row["quote"]) for row in rows)


def sentences_to_json(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    return [{"text": one.text, "citations": citations_to_json(one.citations)} for one in sentences]


def sentences_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    return tuple(Sentence(row["text"], citations_from_json(row["citations"])) for row in rows)


def conditioning_to_json(known: Conditioning) -> dict[str, str | None]:
    return {
        "segment": known.segment,
        "sentiment": known.sentiment,
        "intent": known.intent,
        "language": known.language,
    }


def conditioning_from_json(row: Mapping[str, str | None]) -> Conditioning:
    return Conditioning(**row)
