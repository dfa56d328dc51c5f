"""Who fits the rule of a campaign's audience, as the shop stands at its newest order or event."""

from __future__ import annotations

from agent.house import House
from insight.behaviour.moments import newest
from insight.behaviour.records import read_behaviour
from insight.segmenting.rules.asking import ask_store
from insight.segmenting.rules.written import FILE, rule_named


def who_fits(house: House, rule: str) -> list[str]:
    """Ids of the customers who fit a rule, or the rule segment of that name in the home. Raises `UserError`."""
    read = rule_named(rule, house.settings.home / FILE)
    return ask_store(house.store, newest(read_behaviour(house.store))).members(read)
