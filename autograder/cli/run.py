"""`autograder run EXERCISE SUBMISSION`: grade one submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.options import grading

if TYPE_CHECKING:
    from autograder.grading.grade import Options


@click.command()
@click.argument("exercise")
@click.argument("submission", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write Gradescope's JSON here."
)
@click.option("--strict", is_flag=True, help="Exit with 1 when a point was lost.")
@grading(seconds="Time for the whole submission.")
def command(
    exercise: str,
    submission: tuple[Path, ...],
    output: Path | None,
    strict: bool,
    options: Options,
) -> int:
    """Grade one SUBMISSION (a folder, a zip, or files) of an EXERCISE (a folder or an id)."""
    from autograder.checks.catalogue import load
    from autograder.cli.app import FAILED, OK
    from autograder.errors import UsageError
    from autograder.exercise.find import find_exercise
    from autograder.grading.grade import grade
    from autograder.reports.console import console_for
    from autograder.reports.gradescope import results, write_json
    from autograder.reports.terminal import print_grade

    for path in submission:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder")
    if output is not None and not output.parent.is_dir():
        raise UsageError(f"{output}: the folder {output.parent} does not exist")
    if output is not None and output.is_dir():
        raise UsageError(f"{output} is a folder; give a file, such as {output / 'results.json'}")
    graded = grade(load(find_exercise(exercise)), submission, options)
    if output is not None:
        write_json(output, results(graded))
    print_grade(graded, console_for())
    if graded.failed_by_us:
        return FAILED
    return FAILED if strict and graded.points < graded.possible else OK
