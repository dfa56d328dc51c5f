"""`/livez`: the process answers. `/readyz`: the database answers, the models are warm, and nobody asked to stop."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from agent.house import House
from agent.warming import Part
from core.errors import HawkerError
from server.deps import OpenHouse, OwnThreads, Warmth, WayDown

router = APIRouter(tags=["health"])


@router.get("/livez")
async def alive() -> dict[str, str]:
    """Always 200 while the process runs."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(house: OpenHouse, warm_up: Warmth, way_down: WayDown, threads: OwnThreads) -> JSONResponse:
    """200 where requests can be served, else 503. `parts` says how each one stands, `lacking` which are not ready."""
    server = Part("server", not way_down.stopping, "stopping" if way_down.stopping else "running")
    database = await to_thread.run_sync(_database, house, limiter=threads.probes)
    parts = [server, database, *warm_up.parts()]
    lacking = [part.name for part in parts if not part.ready]
    told = {"status": "not ready" if lacking else "ready", "lacking": lacking}
    return JSONResponse(
        {**told, "parts": {part.name: part.state for part in parts}}, status_code=503 if lacking else 200
    )


def _database(house: House) -> Part:
    try:
        house.store.check()
    except HawkerError as error:
        return Part("database", False, str(error))
    return Part("database", True, "answers")
