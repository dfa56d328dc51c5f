"""Schemathesis against the application on a real socket: a shop of one product, a key for everything, a scripted model.

`make fuzz` runs thousands of cases, `test_contract.py` some hundreds. Every answer must be as /openapi.json describes
it, nothing may break, what is wrong must be refused and what is right be taken.

Run: python -m tests.server.fuzzing [--examples 120] [--seed 1]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder

from core.access import SCOPES
from core.logs import configure_logs
from core.settings import Settings, load_settings
from engine.shelf import Manifest
from store.opening import open_store
from tests.server.conftest import ANN, LAMP, ORDER, free_port, make_key, served

PLENTY = 10**9
PATIENCE = 300
"""seconds for one answer, on a busy machine"""
MODEL = "smollm2-135m"


@dataclass(slots=True)
class Outcome:
    """How many requests were made of each operation, and a line for each kind of failure with its first case."""

    cases: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def take(self, recorder: ScenarioRecorder) -> None:
        self.cases[recorder.label] += len(recorder.interactions)
        for checks in recorder.checks.values():
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    told = f"{failure.message}\n{check.failure_info.code_sample}"
                    self.failures.setdefault(f"{recorder.label}: {check.name}: {failure.title}", told)


def settings_for_fuzzing(home: Path) -> Settings:
    """A home whose model is installed by name only, so that no weights are loaded."""
    folder = home / "models" / MODEL
    folder.mkdir(parents=True)
    Manifest(MODEL, "language", "test", "Apache-2.0", ("en", "zh"), "", {}).write(folder)
    return load_settings(
        home=home,
        models=home / "models",
        engine="scripted",
        port=free_port(),
        visitor_requests_per_minute=PLENTY,
    )


def fuzz(settings: Settings, phases: Sequence[str], examples: int, seed: int) -> Outcome:
    """Serve a small shop under `settings` and ask it all that its description allows, and much that it does not."""
    configure_logs(settings.log_level)
    store = open_store(settings)
    store.shop.put_products([LAMP])
    store.customers.put([ANN])
    store.orders.put([ORDER])
    store.close()
    key = make_key(settings, *SCOPES, requests_per_minute=PLENTY, tokens_per_day=PLENTY)
    outcome = Outcome()
    with served(settings) as url:
        config = SchemathesisConfig.from_dict(_config(url, key, phases, examples, seed))
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config, timeout=PATIENCE)
        for event in from_schema(schema).execute():
            if isinstance(event, ScenarioFinished):
                outcome.take(event.recorder)
            elif isinstance(event, (NonFatalError, FatalError)):
                outcome.failures.setdefault(f"schemathesis: {type(event).__name__}", str(event))
    return outcome


def _config(url: str, key: dict[str, str], phases: Sequence[str], examples: int, seed: int) -> dict[str, Any]:
    return {
        "base-url": url,
        "seed": seed,
        "headers": key,
        "request-timeout": PATIENCE,
        "continue-on-failure": True,
        "generation": {"max-examples": examples, "database": "none"},
        "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
        "operations": [
            # Nothing is warm where no model is.
            _expecting("/readyz", "not_a_server_error", "2xx", "3xx", "4xx", "503"),
            # Names of channels and segments are looked up; the description calls them texts.
            _expecting("/v1/copy", "positive_data_acceptance", "2xx", "404", "409", "422"),
            _expecting("/v1/emails", "positive_data_acceptance", "2xx", "422"),
            # No schema can say that a moment is past.
            _expecting("/v1/customers/{customer_id}", "positive_data_acceptance", "2xx", "404", "409", "422"),
            # Only an id that was told belongs to a turn; only words say which fields may stand together.
            _expecting("/v1/chat/turns/{turn}", "positive_data_acceptance", "2xx", "404", "422"),
            _expecting("/v1/chat/completions", "positive_data_acceptance", "2xx", "400", "404"),
        ],
    }


def _expecting(path: str, check: str, *statuses: str) -> dict[str, Any]:
    return {"include-path": path, "checks": {check: {"expected-statuses": list(statuses)}}}


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz the HTTP API; exit status 1 where anything is wrong.")
    parser.add_argument("--examples", type=int, default=120, help="random cases an operation")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = settings_for_fuzzing(Path(home))
        outcome = fuzz(settings, ("examples", "coverage", "fuzzing", "stateful"), given.examples, given.seed)
    for operation, count in sorted(outcome.cases.items()):
        print(f"{count:>7,}  {operation}")
    print(f"{outcome.cases.total():>7,}  cases, {len(outcome.failures)} kinds of failures")
    for title, told in outcome.failures.items():
        print(f"\n{title}\n{told}")
    return int(bool(outcome.failures))


if __name__ == "__main__":
    raise SystemExit(main())
