"""The roles that sentences play in a Chinese body, in the order in which they stand."""

from __future__ import annotations

from typing import Literal

Role = Literal["", "scene", "detail", "closing"]
"""empty for a line that is a part by itself"""
BODY_ROLES: tuple[Role, ...] = ("scene", "detail", "closing")
FEWEST = 2
"""sentences that make a body"""
