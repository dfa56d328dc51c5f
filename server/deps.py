"""What handlers are given."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from agent.house import House
from agent.warming import WarmUp
from server.admission import Place
from server.callers import Caller
from server.draining import Drain
from server.threads import Threads
from server.turns import Turns


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


def _warm_up(request: Request) -> WarmUp:
    warm_up: WarmUp = request.app.state.warm_up
    return warm_up


def _drain(request: Request) -> Drain:
    drain: Drain = request.app.state.drain
    return drain


def _threads(request: Request) -> Threads:
    threads: Threads = request.app.state.threads
    return threads


def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


def _place(request: Request) -> Place:
    place: Place = request.state.place
    return place


OpenHouse = Annotated[House, Depends(_house)]
"""the opened rooms, shared by all requests"""
LetIn = Annotated[Caller, Depends(_caller)]
"""whom the door let in"""
Warmth = Annotated[WarmUp, Depends(_warm_up)]
"""what is loaded so far"""
WayDown = Annotated[Drain, Depends(_drain)]
"""whether the server is stopping"""
OwnThreads = Annotated[Threads, Depends(_threads)]
"""for chats and probes"""
OpenTurns = Annotated[Turns, Depends(_turns)]
"""the chats that run in this process"""
HeldPlace = Annotated[Place, Depends(_place)]
"""what a generating request was admitted with"""
