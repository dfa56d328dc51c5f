"""Errors as OpenAI's clients know them: what is wrong with a request is 400, where the rest of our API says 422."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from core.errors import NotFound, UserError
from server.faults import what_is_malformed

UNPROCESSABLE, BAD_REQUEST = 422, 400


class UnknownModel(NotFound):
    """No model of that name is installed."""

    code = "model_not_found"


class ContextTooLong(UserError):
    """The messages alone fill what the model can read."""

    http_status = BAD_REQUEST
    code = "context_length_exceeded"

    def __init__(self, tokens: int, context: int) -> None:
        expected = f"fewer than {context}, the model's maximum context length"
        super().__init__("messages", f"{tokens} tokens", expected, "shorten the conversation")


class OpenAiRoute(APIRoute):
    """A route whose refusals are 400."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_as_openai(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                wrong = what_is_malformed(error)
            except UserError as error:
                wrong = error
            if wrong.http_status == UNPROCESSABLE:
                wrong.http_status = BAD_REQUEST
            raise wrong

        return handle_as_openai
