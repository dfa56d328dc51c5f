"""Which licence terms the owner of this home accepted. Nothing here ever asks: a flag accepts, or an error tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from core.errors import UserError
from core.settings import Settings
from engine.catalog import ModelEntry


def check_licence(settings: Settings, entry: ModelEntry, accept: bool) -> None:
    """Pass where nothing must be accepted or it was; record a fresh acceptance; else raise `UserError`."""
    if not entry.needs_acceptance or entry.name in accepted(settings):
        return
    if not accept:
        raise UserError(
            "--accept-licence",
            "not given",
            f"your acceptance of the {entry.licence} ({entry.terms})",
            f"read them, then run: hawker models pull {entry.name} --accept-licence",
        )
    _record(settings, entry)


def accepted(settings: Settings) -> dict[str, dict[str, str]]:
    """Model name -> what was accepted and when."""
    path = _record_file(settings)
    if not path.is_file():
        return {}
    records: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return records


def _record(settings: Settings, entry: ModelEntry) -> None:
    records = accepted(settings)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    records[entry.name] = {"licence": entry.licence, "terms": entry.terms or "", "accepted_at": at}
    path = _record_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")


def _record_file(settings: Settings) -> Path:
    return settings.home / "licences.json"
