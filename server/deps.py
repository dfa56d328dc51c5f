"""What handlers are given."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from agent.house import House
from server.callers import Caller


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


OpenHouse = Annotated[House, Depends(_house)]
"""the opened rooms, shared by all requests"""
LetIn = Annotated[Caller, Depends(_caller)]
"""whom the door let in"""
