"""CAMPAIGN.yaml: what a marketer asks for, validated; its published schema is docs/campaign.schema.json.

It knows nothing of customers or models. Every error names the field, the value and what was expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from core.errors import UserError
from core.language import LANGUAGES, Language, in_language
from core.yaml_file import read_yaml
from insight.customers.segments import segment
from insight.segmenting.rules.grammar import parse_rule
from insight.segmenting.rules.written import NAME

Text = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
EXAMPLE = "docs/examples/winback.yaml"
LocalText = Text | dict[Language, Text]
"""one text for every language, or one text per language"""


class Audience(BaseModel):
    """Who should hear it, before consent is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    segments: Literal["all"] | list[str] = Field("all", description="segment names, see `hawker insight segments`")
    clusters: list[str] | None = Field(None, description="only these found segments, e.g. cluster-2; default: all")
    rule: Text | None = Field(
        None, description="only who fits: a rule such as `last_order > 90 days`, or a name of the home's segments.yaml"
    )
    languages: list[Language] = Field(list(LANGUAGES), min_length=1)
    customers: list[str] | None = Field(None, description="only these customer ids; default: everyone")

    @field_validator("segments")
    @classmethod
    def _known(cls, segments: Literal["all"] | list[str]) -> Literal["all"] | list[str]:
        """A misspelt segment must not become a campaign to nobody. Raises `UserError` naming those there are."""
        for name in segments if isinstance(segments, list) else ():
            segment(name)
        return segments

    @field_validator("rule")
    @classmethod
    def _readable(cls, rule: str | None) -> str | None:
        """Raises `UserError` with the place where it is no rule; whether the shop knows its names is seen later."""
        if rule is not None and not NAME.fullmatch(rule):
            parse_rule(rule)
        return rule


class CampaignSpec(BaseModel):
    """One e-mail campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="lower-case letters, digits and hyphens")
    goal: LocalText = Field(description="what the mail should bring about, e.g. win back customers who went quiet")
    audience: Audience = Audience()
    products: Literal["recommended"] | list[str] = Field(
        "recommended", description="`recommended`: one per recipient by their profile; or ids to choose among"
    )
    offer: LocalText | None = Field(None, description="quoted exactly; it licenses the numbers in it")
    tone: LocalText = "friendly"
    language: Literal["customer"] | Language = Field("customer", description="`customer`: each in their own language")
    seed: int = Field(0, strict=True)
    hold_out: float = Field(
        0.0,
        ge=0,
        le=0.5,
        strict=True,
        description="share of the recipients left out by chance, to tell what the mails change",
    )

    def text(self, field: Literal["goal", "offer", "tone"], language: str) -> str:
        """The field's text in `language`, empty if there is none."""
        value = getattr(self, field)
        if isinstance(value, dict):
            return in_language(value, language) or ""
        return value or ""


def load_campaign(path: Path) -> CampaignSpec:
    """Read and validate one CAMPAIGN.yaml. Raises `UserError` for the first thing wrong in it."""
    raw = read_yaml(path, "CAMPAIGN.yaml")
    if not isinstance(raw, dict):
        raise UserError("CAMPAIGN.yaml", path, "a mapping of name, goal, audience ...", f"see {EXAMPLE}")
    return parse_campaign(raw)


def parse_campaign(raw: Mapping[str, Any]) -> CampaignSpec:
    """A campaign from plain values, as they come by YAML or HTTP."""
    try:
        return CampaignSpec.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(CampaignSpec.model_fields)
            raise UserError(f"campaign {field}", field, f"one of {known}", "remove it or mend its name") from None
        fix = "see docs/campaign.schema.json"
        raise UserError(f"campaign {field}", first.get("input"), first["msg"], fix) from None
