"""`autograder template EXERCISE`: what a student starts from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("exercise")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder to write into.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "tex", "yaml", "ipynb"]),
    default="md",
    show_default=True,
    help="What the answers are written in.",
)
def command(exercise: str, output: Path | None, form: str) -> None:
    """Write the starter of an EXERCISE: a file for the answers, and the code to fill in."""
    from autograder.authoring.template import write_template
    from autograder.checks.catalogue import load
    from autograder.exercise.find import find_exercise

    loaded = load(find_exercise(exercise))
    for path in write_template(loaded, output or Path(loaded.id), form):  # type: ignore[arg-type]
        click.echo(path)
