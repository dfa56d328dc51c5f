"""Long lists, a page at a time: how many to leave out, and how many to tell."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

FARTHEST = 10_000_000
Offset = Annotated[int, Query(ge=0, le=FARTHEST, description="how many to leave out at the beginning")]
Limit = Annotated[int, Query(ge=1, le=500, description="how many to tell at most")]
