"""A profile as one HTML page: no script, nothing loaded from elsewhere, everything that comes from data escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from core.customer import CustomerProfile
from insight.customers.telling import Section, sections


def profile_page(profile: CustomerProfile, attributes: Mapping[str, str]) -> str:
    """The page; `attributes` are what the shop noted besides, of today. No name or address stands on it."""
    noted = Section("Noted by the shop, today", tuple(sorted(attributes.items())))
    told = (*sections(profile), *([noted] if noted.rows else []))
    as_of = f"{profile.as_of:%Y-%m-%d %H:%M} UTC" if profile.as_of else "an unknown moment"
    return _template().render(customer=profile.customer_id, as_of=as_of, sections=told, moods=profile.moods)


@cache
def _template() -> Template:
    here = PackageLoader("insight.customers", ".")
    return Environment(loader=here, autoescape=True, undefined=StrictUndefined).get_template("profile.html")
