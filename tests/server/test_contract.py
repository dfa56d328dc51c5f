"""The API keeps what its description promises: some hundreds of cases by schemathesis, and the description itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from server.app import create_app
from server.routes import OPEN, ROUTES
from tests.server.fuzzing import fuzz, settings_for_fuzzing

FEWEST_CASES = 300


@pytest.fixture
def operations(home: Settings) -> dict[str, dict[str, Any]]:
    """`GET /v1/shop` -> what is said of it."""
    paths = create_app(home).openapi()["paths"]
    return {f"{method.upper()} {path}": told for path, methods in paths.items() for method, told in methods.items()}


def test_every_answer_is_as_described_and_nothing_breaks(home: Settings, cold: None, tmp_path: Path) -> None:
    outcome = fuzz(settings_for_fuzzing(tmp_path / "shop"), ("examples", "coverage"), examples=1, seed=1)
    assert outcome.failures == {}
    assert outcome.cases.total() >= FEWEST_CASES


def test_every_operation_is_told_in_full(operations: dict[str, dict[str, Any]]) -> None:
    names = [told["operationId"] for told in operations.values()]
    assert len(set(names)) == len(names)
    for route, told in operations.items():
        assert told["summary"], route
        assert told["description"], route
        assert told["tags"], route


def test_what_the_door_refuses_is_told_of_every_locked_route(operations: dict[str, dict[str, Any]]) -> None:
    table = {route.replace(":path}", "}"): needed for route, needed in ROUTES.items()}
    for route, told in operations.items():
        locked = table[route] != OPEN
        assert ("security" in told) is locked, route
        assert ({"401", "403", "429", "503"} <= set(told["responses"])) is locked, route
        assert ("413" in told["responses"]) is ("requestBody" in told), route


def test_all_errors_have_one_shape(operations: dict[str, dict[str, Any]]) -> None:
    for route, told in operations.items():
        for status, answer in told["responses"].items():
            if status >= "400" and route != "GET /readyz":
                shape = answer["content"]["application/json"]["schema"]
                assert shape == {"$ref": "#/components/schemas/ProblemBody"}, (route, status)
