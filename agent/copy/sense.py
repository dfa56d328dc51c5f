"""Does an English line make sense as a line of an ad? What the checks on words cannot see: broken ends, odd prices.

Every word of `Is not made of rubber` or of `Grow a tree: $19.99` may be in order, and still nobody would print them.
Known limits: it parses nothing, so a noun phrase that means nothing passes.
"""

from __future__ import annotations

import re

from agent.channels import Part
from agent.checks.grounding import function_stems
from agent.checks.stems import stem, words
from agent.copy.material import Material
from agent.slots import fill, open_slots, without_slots

SLOTS = frozenset({"price", "offer"})
"""what must stand beside the name of the product, or of nothing"""
FRAGMENT = re.compile(
    r"^(?:"
    r"(?:and|or|but|nor|of|off|down|than|because|which|who|whose)\b.*"  # the rest of something
    r"|(?:is|are|was|were|am|has|had|does|did|will|would|been)\b(?!.*\?$).*"  # has no subject, and asks nothing
    r"|(?:if|when|while|since|unless|until|with|where|whether|as)\b[^,:–—]*$"  # has no main clause
    r"|(?:an?|the|this|these|those|each|every|all|any|no|some)\s+[\w'’-]+"  # has an article and a noun
    r"|(?:an?|the)\s+(?:[\w'’-]+\s+)?(?:way|kind|type|sort|lot|part|piece|addition|set)"
    r"|recommended age|learn (?:how|what|why|where)"
    r"|.*\b(?:can|could|will|would|should|may|might|must) (?:be|have|also)(?: [\w-]+ed)?"  # a passive without its end
    r"|.*\b(?:is|are|has|have) (?:all|only|up|always up|the one)"  # stops before what it wants to say
    r"|.*\bwhen (?:you|they|it|we)(?: [\w-]+)?"
    r")[.!]*$",
    re.IGNORECASE,
)
_OFFERING = """
take get bring buy order make have own enjoy pick grab give treat shop home today yours just only now start play add
"""
OFFERING = frozenset(stem(word) for word in _OFFERING.split())
"""words that sell anything, so that they say nothing wrong beside a price"""
LONG_NAME = 6
"""words of a sentence that names a product in whole"""
OPEN_QUOTE = re.compile(r"(?<!\w)['‘](?=\w)(?!.*\w['’](?!\w))")
BELONGING = re.compile(r"\b(?:for|in|on|with) your ([\w-]+)[.!]*$", re.IGNORECASE)
"""a small model ends lines that are whole already: `Natural rubber for your car`"""
_WHENEVER = "day morning evening night week weekend year walk trip hands life"
WHENEVER = frozenset(stem(word) for word in _WHENEVER.split())
"""what anything may be for"""
NAMING = 2
"""words of its name that a line beside a price has, unless one of them says what the thing is or there is none"""


def nonsense(text: str, part: Part, material: Material) -> list[str]:
    """What is odd about `text`, its slots open, as a headline or sentence; empty if nothing is seen."""
    found = ["is a fragment"] if FRAGMENT.search(fill(text, material.slots)) else []
    found += ["has an open quotation mark"] if OPEN_QUOTE.search(text) else []
    found += [f"is for your {thing}, of which no fact speaks" for thing in _strange_belongings(text, material)]
    told = SLOTS & open_slots(text)
    if told and not _names(text, material):
        found.append(f"names something else with the {min(told)}")
    if part.writes == "sentence" and not told and _only_the_name(text, material):
        found.append("is nothing but the name")
    return found


def _strange_belongings(text: str, material: Material) -> list[str]:
    if not (match := BELONGING.search(text)) or stem(match[1]) in WHENEVER:
        return []
    known = {stem(word) for fact in material.licence for word in words(fact)}
    return [] if stem(match[1]) in known else [match[1]]


def _names(text: str, material: Material) -> bool:
    """`Yours for {price}` names nothing, `A toy chest for {price}` the product; `Grow a tree: {price}` neither."""
    known = {stem(word) for word in words(" ".join((material.product.named("en"), *material.product.category)))}
    telling = [word for word in _telling(text) if word not in OFFERING]
    told = [word for word in telling if word in known]
    heads = {stem(word) for word in words(material.name)[-1:]}
    return not telling or (len(told) == len(telling) and (len(told) >= NAMING or told[0] in heads))


def _only_the_name(text: str, material: Material) -> bool:
    named = {stem(word) for word in words(material.product.named("en"))}
    return set(_telling(text)) <= named and len(words(text)) <= max(LONG_NAME, len(words(material.name)) + 2)


def _telling(text: str) -> list[str]:
    return [told for word in words(without_slots(text)) if (told := stem(word)) not in function_stems()]
