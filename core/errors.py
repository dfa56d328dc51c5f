"""The one exception tree of Hawker, translated once at each edge (cli: exit status, server: HTTP status).

Every message is one line. A user's mistake names the field, the value, what was expected and how to mend it.
"""

from __future__ import annotations


class HawkerError(Exception):
    """Our fault or the machine's: exit status 1, HTTP 500."""

    exit_status = 1
    http_status = 500
    code: str | None = None
    """a word for programs, as OpenAI's API has them: `model_not_found`"""


class UserError(HawkerError):
    """The caller's mistake: exit status 2, HTTP 422.

    >>> str(UserError("--channel", "fax", "one of sms, email", "choose one of these"))
    "--channel: got 'fax', expected one of sms, email; choose one of these"
    """

    exit_status = 2
    http_status = 422

    def __init__(self, field: str, value: object, expected: str, fix: str = "") -> None:
        self.field, self.value, self.expected, self.fix = field, value, expected, fix
        shown = " ".join(str(value).split())
        if len(shown) > 80:
            shown = shown[:77] + "..."
        super().__init__(f"{field}: got '{shown}', expected {expected}" + (f"; {fix}" if fix else ""))


class NotFound(UserError):
    """A thing named by id that is not there: HTTP 404."""

    http_status = 404


class Conflict(UserError):
    """What is asked for goes against what is there, as ending a job that has ended: HTTP 409."""

    http_status = 409


class ModelMissing(UserError):
    """No installed model can do this; the fix names the model to pull: HTTP 409."""

    http_status = 409


class CorruptWeights(HawkerError):
    """A weight file whose sha256 is not the catalogue's; nothing was loaded."""


class EngineFailed(HawkerError):
    """The engine process died or refused a request; it is restarted, the request may be tried again: HTTP 503."""

    http_status = 503
