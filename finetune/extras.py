"""Training needs libraries that serving does without: told in one line where they are missing."""

from __future__ import annotations

import importlib.util

from core.errors import UserError

LIBRARIES = ("trl", "datasets", "matplotlib", "presidio_analyzer")


def require_training_libraries() -> None:
    """Raises `UserError` naming what is missing and the command that installs it."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise UserError(
            "extra train", f"without {', '.join(missing)}", "it installed", "run: pip install 'hawker[train]'"
        )
