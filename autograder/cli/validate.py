"""`autograder validate [EXERCISE...]`: does an exercise do what its author thinks?"""

from __future__ import annotations

import click


@click.command()
@click.argument("exercises", nargs=-1)
@click.option("--unconfined", is_flag=True, help="Run code without the sandbox's layers.")
def command(exercises: tuple[str, ...], unconfined: bool) -> int:
    """Check each EXERCISE (all of them by default): its spec and its known submissions."""
    from rich.text import Text

    from autograder.authoring.validate import validate
    from autograder.checks.catalogue import load
    from autograder.cli.app import FAILED, OK
    from autograder.exercise.find import exercise_folders, find_exercise
    from autograder.grading.grade import Options
    from autograder.grading.session import Session
    from autograder.reports.console import console_for
    from autograder.reports.count import counted

    console = console_for()
    folders = [find_exercise(name) for name in exercises] or exercise_folders()
    loaded = [load(folder) for folder in folders]
    failed = 0
    with Session(confined=not unconfined) as session:
        for exercise in loaded:
            questions = counted(len(exercise.questions), "question")
            counts = f"{questions}, {counted(exercise.points, 'point')}"
            console.print(Text(f"{exercise.id}: the spec is in order ({counts})", style="bold"))
            for finding in validate(exercise, session, Options(confined=not unconfined)):
                failed += bool(finding.problems)
                mark, style = ("FAILED", "red") if finding.problems else ("ok", "green")
                console.print(Text(f"  {mark:6}  {finding.subject}", style=style))
                for problem in finding.problems:
                    console.print(Text(f"            {problem}"))
    console.print(Text(f"{failed} failed" if failed else "all in order", style="bold"))
    return FAILED if failed else OK
