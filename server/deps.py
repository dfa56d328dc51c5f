"""What handlers are given."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from agent.house import House


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


OpenHouse = Annotated[House, Depends(_house)]
"""the opened rooms, shared by all requests"""
