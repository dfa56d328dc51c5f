"""`/v1/customers`: what a shop's own server tells of its customers, asks of them, and has forgotten.

Identity is sealed by the store. What is told is cleaned as `hawker shop load` cleans it, and refused where that mends.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from agent.erasure import Forgotten, forget
from agent.house import House
from core.customer import Consent, Customer, CustomerProfile
from core.errors import Conflict, NotFound
from server.customer_shapes import ID, ConsentSaid, CustomerGiven, CustomerPage, CustomerTold, CustomerWhole
from server.deps import OpenHouse
from server.paging import Limit
from server.problems import told
from shop.single import read_customer

router = APIRouter(tags=["customers"])
CustomerId = Annotated[str, Path(pattern=ID, max_length=200, examples=["C-00001"])]


@router.get("/v1/customers")
def list_customers(
    house: OpenHouse,
    after: Annotated[str | None, Query(pattern=ID, max_length=200, description="`next` of the page before")] = None,
    limit: Limit = 50,
) -> CustomerPage:
    """Customers by id, a page at a time: nobody is told twice or left out while others come and go."""
    customers = house.store.customers
    found = list(customers.all(after=after, limit=limit))
    after = found[-1].id if len(found) == limit else None
    return CustomerPage(total=customers.count(), customers=[_told(one) for one in found], next=after)


@router.get("/v1/customers/{customer_id}", responses=told(404))
def get_customer(customer_id: CustomerId, house: OpenHouse) -> CustomerWhole:
    """One customer with all that they consented to, and the profile drawn of them where there is one."""
    return _whole(house, customer_id)


@router.get("/v1/customers/{customer_id}/profile", responses=told(404))
def get_profile(customer_id: CustomerId, house: OpenHouse) -> CustomerProfile:
    """What is known of one customer, as of the `as_of` in it, with the latest predictions. A customer who came since
    profiles were drawn has one that knows nothing."""
    customer = house.store.customers.get(customer_id)
    return house.store.profiles.get(customer_id) or CustomerProfile(customer_id, customer.language)


@router.put(
    "/v1/customers/{customer_id}",
    responses=told(409) | {201: {"model": CustomerWhole, "description": "The customer is new."}},
)
def put_customer(customer_id: CustomerId, given: CustomerGiven, house: OpenHouse, response: Response) -> CustomerWhole:
    """Write a customer whole, new or in place of what was known. Consents are a history: those given are added, none
    is taken away. Whoever was erased does not come back under the same id."""
    customer = read_customer(customer_id, given.model_dump(exclude_none=True))
    if house.store.erased_at(customer_id) is not None:
        raise Conflict("id", customer_id, "the id of nobody who was erased", "a person who comes back is a new one")
    house.store.consents.check(customer_id, customer.consents)
    if not _known(house, customer_id):
        response.status_code = 201
    house.store.customers.put([customer])
    return _whole(house, customer_id)


@router.post("/v1/customers/{customer_id}/consents", status_code=201, responses=told(404, 409))
def record_consent(customer_id: CustomerId, said: ConsentSaid, house: OpenHouse) -> CustomerWhole:
    """Record a yes or a no to marketing on one channel. The latest is in force; those before stay as proof."""
    at = datetime.now(UTC) if said.at is None else datetime.fromisoformat(said.at).astimezone(UTC)
    house.store.consents.add(customer_id, Consent(said.channel, said.granted, at, said.source))
    return _whole(house, customer_id)


@router.delete("/v1/customers/{customer_id}", responses=told(404))
def erase_customer(customer_id: CustomerId, house: OpenHouse) -> Forgotten:
    """Forget one person everywhere: rows, vectors, events, drafts, chats, down to the bytes of the files. Tells what
    went, by kind; `complete` is false where another process held a file open, then ask again."""
    return forget(house, customer_id)


def _known(house: House, customer_id: str) -> bool:
    try:
        house.store.customers.get(customer_id)
    except NotFound:
        return False
    return True


def _whole(house: House, customer_id: str) -> CustomerWhole:
    customer = house.store.customers.get(customer_id)
    profile = house.store.profiles.get(customer_id)
    return CustomerWhole(**_told(customer).model_dump(), profile=profile)


def _told(customer: Customer) -> CustomerTold:
    channels = sorted({consent.channel for consent in customer.consents})
    in_force = {channel: consent.granted for channel in channels if (consent := customer.consents_to(channel))}
    return CustomerTold(**asdict(customer), in_force=in_force)
