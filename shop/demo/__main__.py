"""Write the demo shop into a folder: `python -m shop.demo FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from core.errors import UserError
from shop.demo.folder import write_demo


def main(arguments: list[str]) -> int:
    """Exit status 0, or 2 where the folder is not named or cannot be one."""
    try:
        folder = _folder(arguments)
    except UserError as mistake:
        print(mistake, file=sys.stderr)
        return mistake.exit_status
    shop = write_demo(folder)
    print(
        f"{folder}: {len(shop.customers)} customers, {len(shop.orders)} orders, {len(shop.events)} events, "
        f"{len(shop.reviews)} reviews"
    )
    return 0


def _folder(arguments: list[str]) -> Path:
    if len(arguments) != 1:
        raise UserError("FOLDER", " ".join(arguments), "one folder", "python -m shop.demo FOLDER")
    folder = Path(arguments[0])
    if folder.exists() and not folder.is_dir():
        raise UserError("FOLDER", folder, "a folder", "name one that is empty or does not exist")
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
