"""`/livez`: the process answers. `/readyz`: the database answers and a model is installed."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from core.errors import HawkerError
from engine.opening import model_speaking
from server.deps import OpenHouse

router = APIRouter(tags=["health"])


@router.get("/livez")
async def alive() -> dict[str, str]:
    """Always 200 while the process runs."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(house: OpenHouse) -> JSONResponse:
    """200 where requests can be served, else 503 with the reason."""
    try:
        house.store.shop.counts()
        model = model_speaking(house.settings, "en")
    except HawkerError as error:
        return JSONResponse({"status": "not ready", "reason": str(error)}, status_code=503)
    return JSONResponse({"status": "ready", "model": model})
