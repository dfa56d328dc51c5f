"""What an error looks like, for the API's description: one shape, whoever refuses and why."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

WHY = {
    400: "The body cannot be read; or, of a completion, something in it cannot be done, and `param` names it.",
    401: "No key was shown, or one that opens nothing.",
    403: "The key was made for another scope; or no key was made yet, and the request is not from this machine.",
    404: "What the path or the body names is not there.",
    409: "It goes against what is there; or no installed model can do it, and the message names the one to pull.",
    413: "The body is longer than `max_body_bytes`.",
    422: "Something in the request is not as it should be; `param` names it.",
    429: "A budget is spent; `Retry-After` says for how many seconds.",
    503: "The server is stopping, or its model cannot answer now; ask again.",
}
WAIT = {"Retry-After": {"description": "seconds to wait before asking again", "schema": {"type": "integer"}}}


class Problem(BaseModel):
    """One error, told in one line. OpenAI's clients read the same fields."""

    message: str = Field(examples=["n: got '0', expected Input should be greater than or equal to 1; see /docs"])
    type: str = Field(examples=["invalid_request_error"], description="whose fault it is, roughly")
    param: str | None = Field(examples=["n"], description="the field that is wrong, where there is one")
    code: str | None = Field(examples=[None], description="a word for programs, e.g. `context_length_exceeded`")
    request_id: str | None = Field(description="stands in the server's log too")


class ProblemBody(BaseModel):
    """The body of every answer that is an error."""

    error: Problem


def told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may end so."""
    return {status: {"model": ProblemBody, "description": WHY[status]} for status in statuses}
