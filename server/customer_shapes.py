"""Customers as they cross the wire: what a shop's server gives, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from core.customer import Consent, CustomerProfile

# What `shop.values` takes out of texts, and white space: of these alone no text is made.
_NO_TEXT = r"\s\u0000-\u001f\u007f-\u009f\ufeff\u200b"
ID = rf"^[^/{_NO_TEXT}]([^/\u0000-\u001f\u007f-\u009f\ufeff\u200b]*[^/{_NO_TEXT}])?$"
_EMAIL = rf"^[^@,;<>{_NO_TEXT}]+@[^@,;<>{_NO_TEXT}]+\.[^@,;<>.{_NO_TEXT}]+$"
_MOMENT = r"^(19[7-9]\d|2[01]\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"

Short = Annotated[str, StringConstraints(max_length=200)]
Long = Annotated[str, StringConstraints(max_length=2000)]


def _on_the_calendar(moment: str) -> str:
    datetime.fromisoformat(moment)
    return moment


Moment = Annotated[
    str,
    StringConstraints(pattern=_MOMENT),
    AfterValidator(_on_the_calendar),
    Field(json_schema_extra={"format": "date-time"}),
]
"""a time with its zone, as text: `shop.cleaning` reads it"""
EXAMPLE: dict[str, JsonValue] = {
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "ann@example.com",
    "language": "en",
    "attributes": {"size": "M"},
    "consents": [{"channel": "email", "granted": True, "at": "2026-03-01T09:00:00Z", "source": "checkout"}],
}


class ConsentSaid(BaseModel):
    """A yes or a no to marketing on one channel."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"channel": "email", "granted": False, "source": "preference page"}},
    )

    channel: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="`email` is the one that campaigns ask for")
    granted: bool = Field(strict=True)
    source: Short = Field(pattern=rf"[^{_NO_TEXT}]", description="where it was said, e.g. `checkout`")
    at: Moment | None = Field(None, description="when; default: now")


class ConsentGiven(ConsentSaid):
    """One line of a history: without its time it proves nothing."""

    at: Moment


class CustomerGiven(BaseModel):
    """A customer whole; what is left out is empty."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    first_name: Short = ""
    last_name: Short = ""
    email: Annotated[Short, StringConstraints(pattern=_EMAIL)] | None = None
    phone: Short | None = None
    address: Long | None = None
    language: str = Field("en", pattern=r"^[A-Za-z]{2}([-_][A-Za-z]{2,8})?$", description="en, or zh-CN, which is zh")
    attributes: dict[Short, Long] = Field(default_factory=dict, max_length=200, description="what you know besides")
    consents: list[ConsentGiven] = Field(default_factory=list, max_length=1000)
    created: Moment | None = Field(None, description="since when you know them; not in the future")


class CustomerTold(BaseModel):
    """A customer as the store has them. `consents` are all that were ever said, `in_force` the latest by channel."""

    id: str
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    address: str | None
    language: str
    attributes: dict[str, str]
    consents: list[Consent]
    in_force: dict[str, bool]
    created: datetime | None


class CustomerWhole(CustomerTold):
    """With the profile, which is drawn when the shop is loaded: a customer who came since has none yet."""

    profile: CustomerProfile | None


class CustomerPage(BaseModel):
    """`total` counts all of them; `next` is the `after` of the next page, null at the end."""

    total: int
    customers: list[CustomerTold]
    next: str | None
