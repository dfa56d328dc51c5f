"""Where the public data sets lie: the folder that HAWKER_DATA names. None of them ships with Hawker."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import UserError


def data_folder() -> Path:
    """The folder. Raises `UserError` where none is named, or it is not there."""
    named = os.environ.get("HAWKER_DATA", "")
    if not named or not Path(named).is_dir():
        raise UserError("HAWKER_DATA", named, "the folder of public data sets", "set it")
    return Path(named)
