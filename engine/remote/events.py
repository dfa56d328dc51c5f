"""The server-sent events of a streamed completion, and the statuses that come instead of one.

Lines are split at line feeds alone: a text may hold U+2028 and its kin, which Python counts as ends of lines.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

from core.errors import UserError
from engine.remote.faults import Rejected, Unavailable, seconds_told

_DONE = "[DONE]"
_BUSY = frozenset({408, 425, 429})
_WRONG = frozenset({"invalid_request_error", "BadRequestError"})
_BROKEN = frozenset({"abort", "error"})
SHOWN = 200
"""characters of what a server says, in our one line"""


@dataclass(frozen=True, slots=True)
class Event:
    """One `data:` line: new text (maybe none), why the answer ended (maybe not yet), tokens (in the last ones)."""

    text: str = ""
    finish: str | None = None
    prompt_tokens: int | None = None
    new_tokens: int | None = None


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    """Every event, the last of them saying that it ended where the server came to its end. Raises `Unavailable` or
    `Rejected` for an error that is told in mid-stream."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if not line.startswith(b"data:"):
                continue
            data = line[5:].decode("utf-8", errors="replace").strip()
            if data == _DONE:
                yield Event(finish="stop")
                return
            yield _event(data, str(response.url))


def check(response: httpx.Response, text: str) -> None:
    """Raise what an answer's status means. `text` is its body; empty where it is a stream."""
    status, where = response.status_code, str(response.url)
    if status in _BUSY or status >= 500:
        raise Unavailable(f"{where} answered {status}: {_said(text)}", seconds_told(response.headers))
    check_key(response)
    if status == 404:
        expected = f"what {where} knows (it answered 404: {_said(text)})"
        raise UserError(
            "model", "the one asked for", expected, "mend HAWKER_REMOTE_URL, HAWKER_MODEL or HAWKER_REMOTE_NAMES"
        )
    if status != 200:
        raise Rejected(f"the server refused it ({status}): {_said(text)}")
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        expected = "the address of an OpenAI-compatible server; this one does not stream"
        raise UserError("setting remote_url", where, expected, "mend HAWKER_REMOTE_URL; it mostly ends with /v1")


def check_key(response: httpx.Response) -> None:
    """Raises `UserError` where the server does not let us in; the key itself is never shown."""
    if response.status_code in (401, 403):
        shown = "one (not shown)" if "authorization" in response.request.headers else "none"
        expected = f"a key that {response.url} accepts (it answered {response.status_code})"
        raise UserError("setting remote_key", shown, expected, "mend HAWKER_REMOTE_KEY")


def _event(data: str, where: str) -> Event:
    told = _loaded(data)
    if error := told.get("error"):
        raise _fault(error, _said(data), where)
    choices = told.get("choices") or [{}]
    if choices[0].get("finish_reason") in _BROKEN:
        raise Unavailable(f"{where} broke off in mid-answer")
    usage = told.get("usage") or {}
    delta = choices[0].get("delta") or {}
    return Event(
        text=delta.get("content") or "",
        finish=choices[0].get("finish_reason"),
        prompt_tokens=usage.get("prompt_tokens"),
        new_tokens=usage.get("completion_tokens"),
    )


def _fault(error: object, said: str, where: str) -> Unavailable | Rejected:
    """Of an error told in mid-stream: `code` is a status in vLLM and SGLang, `type` in Hawker and OpenAI."""
    code, kind = (error.get("code"), error.get("type")) if isinstance(error, dict) else (None, None)
    if (isinstance(code, int) and 400 <= code < 500 and code not in _BUSY) or kind in _WRONG:
        return Rejected(f"the server refused it: {said}")
    return Unavailable(f"{where} broke off: {said}")


def _loaded(text: str) -> dict[str, Any]:
    try:
        loaded = json.loads(text)
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _said(text: str) -> str:
    """What a server says of its fault, on one line: `error.message` as OpenAI has it, else the beginning of it all."""
    error = _loaded(text).get("error")
    message = error.get("message") if isinstance(error, dict) else error
    line = " ".join(str(message or text).split()) or "nothing more"
    return line if len(line) <= SHOWN else line[: SHOWN - 3] + "..."
