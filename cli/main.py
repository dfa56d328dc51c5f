"""The `hawker` command: `hawker --help`. Commands import what they need when they run, so that help is quick.

Errors are one line on standard error: exit status 2 for the caller's mistake, 1 for ours.
"""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from cli import (
    adapters,
    ask,
    backup,
    bench,
    copy,
    data_key,
    demo,
    emails,
    evals,
    finetune,
    insight,
    keys,
    models,
    serve,
    shop,
)
from cli.commands import Commands
from core.errors import HawkerError

app = typer.Typer(
    help="The self-hosted voice of a shop: ads, support answers and personal e-mails from a model the shop owns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    cls=Commands,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.add_typer(shop.app, name="shop")
app.command()(copy.copy)
app.command()(ask.ask)
app.command()(ask.chat)
app.add_typer(emails.app, name="emails")
app.add_typer(insight.app, name="insight")
app.add_typer(models.app, name="models")
app.add_typer(adapters.app, name="adapters")
app.add_typer(finetune.app, name="finetune")
app.add_typer(evals.app, name="eval")
app.add_typer(keys.app, name="keys")
app.add_typer(data_key.app, name="data-key")
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(serve.serve)
app.add_typer(bench.app, name="bench")


def run() -> None:
    """The console script. Translates every error of ours into one line and an exit status."""
    try:
        status = app(standalone_mode=False)
    except HawkerError as error:
        _fail(str(error), error.exit_status)
    except TyperException as error:
        _fail(getattr(error, "format_message", error.__str__)(), 2)
    except (typer.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except BrokenPipeError:
        # The reader of our output went away (`hawker ... | head`): not an error, and nothing more to say.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # A full disk, a home that is no folder, a file that may not be read: the machine's, told by the system's words.
        _fail(str(error), 1)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> None:
    print(" ".join(message.split()), file=sys.stderr)
    sys.exit(status)
