"""Finding the customers who are one person. Each merge rests on one shared key and can be undone (`store.merges`).

Union-find over keys, the strongest evidence first. A key that many share is nobody's. Two groups are joined only where
no record of one contradicts a record of the other by name: on an e-mail address or a card, first and last name must
both differ to contradict; on what a household shares (telephone, device, cookie) a different first name is enough.
What is contradicted is suggested, and a person decides. Who was told apart once is not merged again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from core.customer import Customer
from shop.people.keys import PERSONAL, STRENGTH, Key, Kind, keys_of
from shop.people.names import first_names_agree, last_names_agree
from store.merges import Merge, NewMerge
from store.opening import Store

MOST_SHARING = 4
"""records with one key; more than that is a shop's own number, or a placeholder"""
LARGEST_PERSON = 12
"""records of one person; more are a chain of accidents"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two records that share a key and yet may be two people."""

    one: str
    other: str
    key: Kind
    evidence: tuple[str, ...]
    against: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was found: merges to record, suggestions for a person, and keys too common to say anything."""

    merges: tuple[NewMerge, ...]
    suggestions: tuple[Suggestion, ...]
    common: int


def resolve_people(store: Store) -> Resolution:
    """Find who is one person, and record the merges."""
    found = find_people(store)
    store.merges.add(found.merges)
    return found


def find_people(store: Store) -> Resolution:
    """Find who is one person, and record nothing."""
    brand = store.shop.brand()
    return resolve(store.customers.records(), store.merges.all(), brand.country if brand else "")


def resolve(customers: Iterable[Customer], known: Sequence[Merge] = (), country: str = "") -> Resolution:
    """Who of `customers` are one person beyond the merges that are `known`. The same input gives the same merges."""
    groups = _Groups({customer.id: customer for customer in customers}, known)
    sharing: defaultdict[Key, list[str]] = defaultdict(list)
    for customer in groups.records.values():
        for key in dict.fromkeys(keys_of(customer, country)):
            sharing[key].append(customer.id)
    merges, suggestions, common = [], [], 0
    for key in sorted(sharing, key=lambda key: (STRENGTH.index(key.kind), key.value)):
        ids = sorted(sharing[key])
        if len(ids) > MOST_SHARING:
            common += 1
            continue
        for one, other in pairwise(ids):
            if groups.together(one, other):
                continue
            against = groups.against(one, other, key.kind)
            if against:
                suggestions.append(Suggestion(one, other, key.kind, (key.masked,), against))
            else:
                groups.join(one, other)
                merges.append(NewMerge(one, other, key.kind, (key.masked,)))
    return Resolution(tuple(merges), tuple(suggestions), common)


@dataclass(slots=True)
class _Groups:
    """The records, and which of them are one person by now."""

    records: dict[str, Customer]
    known: Sequence[Merge]
    _of: dict[str, list[str]] = field(init=False)
    _apart: set[frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._of = {one: [one] for one in self.records}
        self._apart = {frozenset((merge.one, merge.other)) for merge in self.known if merge.undone}
        for merge in self.known:
            if not merge.undone and not self.together(merge.one, merge.other):
                self.join(merge.one, merge.other)

    def together(self, one: str, other: str) -> bool:
        return self._of[one] is self._of[other]

    def join(self, one: str, other: str) -> None:
        small, large = sorted((self._of[one], self._of[other]), key=len)
        large += small
        self._of.update(dict.fromkeys(small, large))

    def against(self, one: str, other: str, kind: Kind) -> str:
        """What speaks against joining the groups of two records, or nothing."""
        left, right = self._of[one], self._of[other]
        if len(left) + len(right) > LARGEST_PERSON:
            return f"more than {LARGEST_PERSON} records would be one person"
        return next(self._contradictions(left, right, kind), "")

    def _contradictions(self, left: Sequence[str], right: Sequence[str], kind: Kind) -> Iterator[str]:
        for one, other in product(left, right):
            if frozenset((one, other)) in self._apart:
                yield "told apart by hand"
            first = first_names_agree(self.records[one], self.records[other])
            last = last_names_agree(self.records[one], self.records[other])
            if not first and not last:
                yield "different first and last names"
            elif not first and kind not in PERSONAL:
                yield f"different first names, and a {kind} is often shared"
