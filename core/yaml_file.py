"""Reading a YAML file that a person wrote: what is wrong with it is told in one line, with the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from core.errors import UserError


def read_yaml(path: Path, field: str, example: str = "") -> Any:
    """The file's content. Raises `UserError` naming `field`, the file, and the line where it is not YAML.

    `example` says where a good one is to be seen.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(field, path, "a readable file", error.strerror or example) from None
    except UnicodeDecodeError:
        raise UserError(field, path, "text in UTF-8", "save it as UTF-8") from None
    except yaml.YAMLError as error:
        raise UserError(field, path, "well-formed YAML", what_is_wrong(error)) from None


def what_is_wrong(error: yaml.YAMLError) -> str:
    """`line 3, column 7: expected ',' or ']'`, without the excerpt that PyYAML draws over several lines."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return " ".join(str(error).split())
