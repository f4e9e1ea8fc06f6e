"""`autograder validate [EXERCISE...]`: does an exercise do what its author thinks?"""

from __future__ import annotations

import click

from autograder.cli.options import unconfined


@click.command()
@click.argument("exercises", nargs=-1)
@click.option("--quick", is_flag=True, help="Leave out what runs code.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding.")
@unconfined
def command(exercises: tuple[str, ...], quick: bool, as_json: bool, unconfined: bool) -> int:
    """Check each EXERCISE (all of them by default).

    The spec; the right answers in every notation; the known mistakes; mutants of the right answers
    and of the right code; the known submissions.
    """
    from autograder.authoring.findings import JsonFindings, TerminalFindings
    from autograder.authoring.validate import validate
    from autograder.checks.catalogue import load
    from autograder.cli.app import FAILED, OK
    from autograder.exercise.find import exercise_folders, find_exercise
    from autograder.grading.grade import Options
    from autograder.grading.session import Session

    folders = [find_exercise(name) for name in exercises] or exercise_folders()
    loaded = [load(folder) for folder in folders]
    report = JsonFindings() if as_json else TerminalFindings()
    with Session(confined=not unconfined) as session:
        for exercise in loaded:
            report.begin(exercise)
            for finding in validate(
                exercise, session, Options(confined=not unconfined), quick=quick
            ):
                report.add(finding)
    return FAILED if report.finish() else OK
