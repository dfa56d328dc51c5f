"""`/livez`: the process answers. `/readyz`: database and Chroma answer, models are warm, and nobody asked to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Response

from agent.house import House
from agent.warming import Part
from core.errors import HawkerError
from server.deps import OpenHouse, OwnThreads, Warmth, WayDown

router = APIRouter(tags=["health"])


@dataclass(frozen=True, slots=True)
class Alive:
    status: Literal["alive"] = "alive"


@dataclass(frozen=True, slots=True)
class Readiness:
    """`parts` says how each one stands, `lacking` which are not ready."""

    status: Literal["ready", "not ready"]
    lacking: list[str]
    parts: dict[str, str]


NOT_READY = {"model": Readiness, "description": "What is lacking is named."}


@router.get("/livez")
async def get_liveness() -> Alive:
    """Always 200 while the process runs."""
    return Alive()


@router.get("/readyz", responses={503: NOT_READY})
async def get_readiness(
    house: OpenHouse, warm_up: Warmth, way_down: WayDown, threads: OwnThreads, response: Response
) -> Readiness:
    """200 where requests can be served, else 503. `parts` says how each one stands, `lacking` which are not ready."""
    server = Part("server", not way_down.stopping, "stopping" if way_down.stopping else "running")
    stores = await to_thread.run_sync(_stores, house, limiter=threads.probes)
    parts = [server, *stores, *warm_up.parts()]
    lacking = [part.name for part in parts if not part.ready]
    response.status_code = 503 if lacking else 200
    return Readiness("not ready" if lacking else "ready", lacking, {part.name: part.state for part in parts})


def _stores(house: House) -> list[Part]:
    return [_database(house), *_chroma(house)]


def _database(house: House) -> Part:
    try:
        house.store.check()
    except HawkerError as error:
        return Part("database", False, str(error))
    return Part("database", True, "answers")


def _chroma(house: House) -> list[Part]:
    """A server is asked; what is embedded has no part of its own."""
    if house.settings.chroma_url is None:
        return []
    try:
        house.retrieval.check()
    except HawkerError as error:
        return [Part("chroma", False, str(error))]
    return [Part("chroma", True, "answers")]
