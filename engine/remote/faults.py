"""What can go wrong with one try: the server cannot now, or the request is at fault. They do not leave this folder."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping


class Unavailable(Exception):
    """The server cannot now: another try may succeed, not before `after` seconds where it told them."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Rejected(Exception):
    """The server will never do this one request."""


def seconds_told(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` as seconds from now, be it a number or a date (RFC 9110, 10.2.3); None where it tells neither."""
    told = headers.get("retry-after", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(told).timestamp() - time.time())
    except ValueError:
        return None
