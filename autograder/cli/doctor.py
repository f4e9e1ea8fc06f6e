"""`autograder doctor`: can student code be confined on this machine, and by what?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.sandbox.examine import Examination


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(as_json: bool) -> int:
    """Try the sandbox on this machine and say which of its layers hold.

    Exits with 1 where student code would be refused.
    """
    import json

    from autograder.cli.app import FAILED, OK
    from autograder.reports.console import console_for
    from autograder.sandbox.examine import examine

    found = examine()
    if as_json:
        click.echo(json.dumps(found.as_data(), indent=2))
    else:
        _print(found, console_for())
    return OK if found.can_confine else FAILED


def _print(found: Examination, console: Console) -> None:
    from rich.text import Text

    system = found.system
    abi = system["landlock_abi"]
    landlock = f"Landlock {abi}" if abi else "no Landlock"
    console.print(Text(f"{system['system']}, Python {system['python']}, {landlock}", style="bold"))
    for layer in found.layers:
        mark, style = ("yes", "green") if layer.holds else ("no", "yellow")
        if not layer.holds and layer.mandatory:
            mark, style = "MISSING", "red"
        console.print(Text(f"  {mark:7}  {layer.about}", style=style), soft_wrap=True)
        if not layer.holds:
            console.print(Text(f"           {layer.name}: {layer.reason}"), soft_wrap=True)
    breached = [name for name, stopped in found.attempts.items() if not stopped]
    if found.attempts:
        stopped = len(found.attempts) - len(breached)
        console.print(f"  {stopped} of {len(found.attempts)} forbidden operations were stopped")
    for name in breached:
        console.print(Text(f"           student code could {name}", style="red"))
    if found.can_confine:
        console.print(Text("Student code can be confined on this machine.", style="bold green"))
    else:
        console.print(Text(f"Refused: {found.problem}", style="bold red"), soft_wrap=True)
