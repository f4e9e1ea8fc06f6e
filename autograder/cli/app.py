"""The program: finds the verb, loads only its module, and turns errors into exit codes.

0 all well; 1 checks failed or we could not grade; 2 interrupted; 3 internal error; 4 wrong usage.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from autograder import __version__
from autograder.errors import AutograderError, UsageError

OK, FAILED, INTERRUPTED, INTERNAL, USAGE = 0, 1, 2, 3, 4

# Verbs with their one-line help, so that --help imports none of them.
VERBS: Final = {
    "run": "Grade one submission.",
    "grade": "Grade a class.",
    "validate": "Check exercises: the spec, and the known submissions' credit.",
    "compare": "Compare one formula with another.",
    "template": "Write what a student starts from.",
    "package": "Make the zip that is uploaded to Gradescope.",
    "doctor": "Say whether student code can be confined on this machine.",
    "serve": "Let students hand in with a browser.",
    "worker": "Grade what waits in a service's database.",
    "schema": "Print the JSON Schema of exercise.yaml.",
}


class Verbs(click.Group):
    """Loads a verb's module when the verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of their use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command; None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"autograder.cli.{cmd_name}").command
        command.context_settings["auto_envvar_prefix"] = "AUTOGRADER"
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, with a suggestion when there is none of that name."""
        name = args[0] if args else ""
        if name and name not in VERBS and not name.startswith("-"):
            close = difflib.get_close_matches(name, VERBS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the verbs are {', '.join(VERBS)}"
            raise UsageError(f"no verb {name!r}: {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def app() -> None:
    """Grade deep-learning exercises: formulas by equivalence, PyTorch code by behaviour.

    Options may also be set in the environment, as in AUTOGRADER_DEVICE=cpu.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the program; returns its exit code and never raises."""
    try:
        result = app.main(
            list(arguments),
            prog_name="autograder",
            standalone_mode=False,
        )
        return result if isinstance(result, int) else OK
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("autograder: interrupted", file=sys.stderr)
        return INTERRUPTED
    except click.UsageError as error:
        where = f"{error.ctx.command_path}: " if error.ctx else ""
        print(f"{where}{error.format_message()}", file=sys.stderr)
        return USAGE
    except click.ClickException as error:
        print(f"autograder: {error.format_message()}", file=sys.stderr)
        return USAGE
    except UsageError as error:
        print(f"autograder: {error}" if "\n" not in str(error) else str(error), file=sys.stderr)
        return USAGE
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return INTERNAL
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        if os.environ.get("AUTOGRADER_DEBUG"):
            traceback.print_exc()
        hint = "" if os.environ.get("AUTOGRADER_DEBUG") else " (set AUTOGRADER_DEBUG=1 for details)"
        message = f"internal error: {type(error).__name__}: {error}{hint}"
        print(f"autograder: {message}", file=sys.stderr)
        return INTERNAL
