"""The API's description at /openapi.json: to what FastAPI reads off the routes comes what the door adds to each.

The table of scopes says who needs a key, so the refusals of the door are told from it, in one place. The routes
themselves tell what they refuse of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from server.event_stream import EventStream, describe_events
from server.problems import WAIT, WHY, ProblemBody
from server.routes import OPEN, ROUTES

AUTH = {"type": "http", "scheme": "bearer", "description": "an API key, made by `hawker keys create`"}
DOOR, STOPPING = (401, 403, 429), 503
FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
REFERENCE = "#/components/schemas/{}"


def operation_id(route: APIRoute) -> str:
    """What generated clients call the method: the name of the function that serves it."""
    return route.name


def describe(app: FastAPI) -> None:
    """Let `app` describe itself with the door."""
    read_off_routes = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(read_off_routes())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> None:
    describe_events(schema)
    parts = schema.setdefault("components", {})
    parts["securitySchemes"] = {"key": AUTH}
    for name in FRAMEWORKS_OWN:
        parts["schemas"].pop(name, None)
    parts["schemas"] |= _problem_schemas()
    for route, operation in _operations(schema):
        _tell_refusals(route, operation)


def _problem_schemas() -> dict[str, Any]:
    shape = ProblemBody.model_json_schema(mode="serialization", ref_template=REFERENCE.format("{model}"))
    return {**shape.pop("$defs"), ProblemBody.__name__: shape}


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(line of the table, operation). The table's paths may name a converter, the description's never do."""
    lines = {route.replace(":path}", "}"): route for route in ROUTES}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield lines[f"{method.upper()} {path}"], operation


def _tell_refusals(route: str, operation: dict[str, Any]) -> None:
    answers, scope = operation["responses"], ROUTES[route]
    if "400" in answers:
        # Where OpenAI's clients are answered, what is invalid is a 400.
        answers.pop("422", None)
    elif "422" in answers:
        answers["422"] = _problem(422)
    if scope != OPEN:
        operation["security"] = [{"key": []}]
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds a key with the scope `{scope}`."
        answers |= {str(status): _problem(status) for status in DOOR}
        answers.setdefault(str(STOPPING), _problem(STOPPING))
    if "requestBody" in operation:
        answers |= {"413": _problem(413)}
        answers.setdefault("400", _problem(400))
    # FastAPI says of every answer what the route says of its good one; a refusal is JSON even where that is a stream.
    streamed = [
        status
        for status, answer in answers.items()
        if status >= "400" and EventStream.media_type in answer.get("content", {})
    ]
    answers |= {status: _problem(int(status)) for status in streamed}
    operation["responses"] = dict(sorted(answers.items()))


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(ProblemBody.__name__)}
    answer: dict[str, Any] = {"description": WHY[status], "content": {"application/json": {"schema": schema}}}
    return answer | ({"headers": WAIT} if status == 429 else {})
