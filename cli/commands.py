"""A group of commands that says which there are, where one is asked for that is not."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from core.errors import UserError


class Commands(TyperGroup):
    """For `typer.Typer(cls=Commands)`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # typer's types of both are private
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise UserError("COMMAND", args[0], f"one of {', '.join(self.commands)}", f"see {ctx.command_path} --help")
        return super().resolve_command(ctx, args)
