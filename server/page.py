"""The page at `/`: a customer can chat, a copywriter can ask for variants. Plain HTML and JavaScript, no build."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)
PAGE = Path(__file__).with_name("static") / "index.html"


@router.get("/")
async def page() -> FileResponse:
    return FileResponse(PAGE)
