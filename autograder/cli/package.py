"""`autograder package EXERCISE... -o autograder.zip`: the zip for Gradescope."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("exercises", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default="autograder.zip", show_default=True
)
def command(exercises: tuple[str, ...], output: Path) -> None:
    """Make the zip that is uploaded to Gradescope, for one EXERCISE or several."""
    from autograder.authoring.package import write_package
    from autograder.checks.catalogue import load
    from autograder.exercise.find import find_exercise
    from autograder.reports.count import counted

    loaded = [load(find_exercise(name)) for name in exercises]
    names = write_package(loaded, output)
    points = ", ".join(
        f"{exercise.id} ({counted(exercise.points, 'point')})" for exercise in loaded
    )
    click.echo(f"{output}: {len(names)} files, {output.stat().st_size // 1024} KiB, for {points}")
