"""`autograder run EXERCISE SUBMISSION`: grade one submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.options import grading

if TYPE_CHECKING:
    from autograder.checks.grade import Grade
    from autograder.exercise.model import Exercise
    from autograder.grading.batch.again import Again
    from autograder.grading.grade import Options


@click.command()
@click.argument("exercise")
@click.argument("submission", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write Gradescope's JSON here."
)
@click.option("--strict", is_flag=True, help="Exit with 1 when a point was lost.")
@click.option(
    "--again",
    type=click.Path(path_type=Path),
    metavar="RUN_DIR",
    help="Grade with a class run's options; exit with 1 where it has another grade for these files.",
)
@grading(seconds="Time for the whole submission.")
def command(
    exercise: str,
    submission: tuple[Path, ...],
    output: Path | None,
    strict: bool,
    again: Path | None,
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
    loaded = load(find_exercise(exercise))
    earlier = None if again is None else _opened(again, loaded, options)
    graded = grade(loaded, submission, options if earlier is None else earlier.options)
    if output is not None:
        write_json(output, results(graded))
    print_grade(graded, console_for())
    differs = earlier is not None and not _is_same(graded, earlier, str(again))
    lost = strict and graded.points < graded.possible
    return FAILED if graded.failed_by_us or differs or lost else OK


def _opened(folder: Path, exercise: Exercise, options: Options) -> Again:
    """The run whose grade is made again; it decides the options."""
    from autograder.errors import UsageError
    from autograder.grading.batch.again import Again
    from autograder.grading.grade import Options

    if options != Options(device=options.device):
        raise UsageError(
            "--again takes seed, questions, time and layers from the run: leave them out"
        )
    return Again(folder, exercise)


def _is_same(graded: Grade, run: Again, folder: str) -> bool:
    """Say whether a grade is the run's."""
    from autograder.reports.changes import print_again
    from autograder.reports.class_summary import print_notes
    from autograder.reports.console import console_for

    found = run.compared(graded)
    if found is None:
        print_notes([f"no submission in {folder} has these files"], console_for())
        return False
    print_again(folder, found.id, found.changes, run.otherwise, console_for())
    return not found.changes
