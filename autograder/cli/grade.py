"""`autograder grade EXERCISE SUBMISSIONS`: grade a class."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.options import grading

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.exercise.model import Exercise
    from autograder.grading.batch.engine import Engine
    from autograder.grading.grade import Options

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("exercise")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder of the run.")
@click.option("-j", "--jobs", type=click.IntRange(1, 1024), help="Processes (one for each core).")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Run on this machine, or on the Ray cluster at RAY_ADDRESS.",
)
@click.option("--resume", is_flag=True, help="Go on with the run in that folder.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="RUN_DIR",
    help="Compare with an earlier run, and check only what could have changed.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 when a score is not the baseline's.")
@click.option("--similar", is_flag=True, help="Show submissions that agree beyond chance.")
@click.option("--canvas", type=_FILE, help="Canvas's gradebook (CSV), to get canvas.csv from it.")
@click.option(
    "--canvas-column", default="", metavar="NAME", help="The assignment in that gradebook."
)
@click.option("--moodle", type=_FILE, help="Moodle's worksheet (CSV), to get moodle.csv from it.")
@grading(seconds="Time for each submission.")
def command(
    exercise: str,
    submissions: Path,
    output: Path | None,
    jobs: int | None,
    engine: str,
    resume: bool,
    baseline: Path | None,
    strict: bool,
    similar: bool,
    canvas: Path | None,
    canvas_column: str,
    moodle: Path | None,
    options: Options,
) -> int:
    """Grade a class of an EXERCISE (a folder or an id).

    SUBMISSIONS is a folder of hand-ins, what Gradescope, Moodle or Canvas gives, or a zip of these.
    """
    import signal

    from autograder.checks.catalogue import load
    from autograder.cli.app import FAILED, INTERRUPTED, OK
    from autograder.errors import UsageError
    from autograder.exercise.find import find_exercise
    from autograder.grading.batch.run import Interrupted, grade_class
    from autograder.grading.batch.store import Store
    from autograder.reports.class_summary import print_notes, print_summary
    from autograder.reports.console import console_for
    from autograder.reports.progress import ClassProgress
    from autograder.reports.upload_forms import read_wanted
    from autograder.submission.classes.read import read_class

    if resume and output is None:
        raise UsageError("--resume goes on with a run: name its folder with -o")
    if strict and baseline is None:
        raise UsageError("--strict is about a baseline: name the folder of an earlier run")
    loaded = load(find_exercise(exercise))
    roll = read_class(submissions)
    hand_ins = roll.hand_ins
    wanted = read_wanted(loaded, roll.kind, canvas=canvas, column=canvas_column, moodle=moodle)
    folder = output or _new_folder(loaded.id)
    if baseline is not None and baseline.resolve() == folder.resolve():
        raise UsageError(f"{folder} cannot be its own baseline; name another folder with -o")
    console = console_for()
    print_notes(roll.notes, console)
    runs = _engine(engine, loaded, options, jobs, len(hand_ins), console)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cluster's "stop now" is a Ctrl-C
    with Store(folder) as store:
        try:
            with ClassProgress(len(hand_ins), console) as progress:
                book = grade_class(
                    loaded,
                    hand_ins,
                    options,
                    runs,
                    store,
                    resume=resume,
                    baseline=baseline,
                    compare=similar,
                    on_entry=progress.add,
                    on_note=lambda line: print_notes([line], console),
                )
        except Interrupted as stopped:
            if stopped.book.entries:
                print_summary(stopped.book, console)
            _tell_how_to_go_on(len(stopped.book.entries), len(hand_ins), folder, console)
            return INTERRUPTED
        forms = wanted.forms(book)
        for name, form in forms.items():
            store.write(name, form.text, sync=True)
    print_summary(book, console)
    for name, form in forms.items():
        print_notes([f"{name}: {note}" for note in form.notes], console)
    gone = store.left_over({hand_in.id for hand_in in hand_ins})
    print_notes([f"{name} is of an earlier run, and not in this class." for name in gone], console)
    console.print(f"Results are in {folder}", soft_wrap=True)
    failed = any(e.state == "failed" or (e.grade and e.grade.failed_by_us) for e in book.entries)
    differs = strict and book.changes is not None and book.changes.scores
    return FAILED if failed or differs else OK


def _engine(
    name: str, exercise: Exercise, options: Options, jobs: int | None, most: int, console: Console
) -> Engine:
    from autograder.grading.batch.cluster import RayEngine
    from autograder.grading.batch.local import LocalEngine
    from autograder.reports.escape import printable

    if name == "local":
        return LocalEngine(exercise, options, jobs, most=most)
    return RayEngine(
        exercise,
        options,
        jobs,
        most=most,
        address=os.environ.get("RAY_ADDRESS", ""),
        note=lambda line: console.print(printable(line), soft_wrap=True, markup=False),
    )


def _tell_how_to_go_on(done: int, total: int, folder: Path, console: Console) -> None:
    line = (
        f"Interrupted after {done} of {total}; to go on: the same command with -o {folder} --resume"
    )
    console.print(line, soft_wrap=True, markup=False)


def _new_folder(identifier: str) -> Path:
    """A folder that is not there yet, named after the exercise and today."""
    import datetime

    name = f"{identifier}-{datetime.date.today():%Y-%m-%d}"
    candidates = [Path(name), *(Path(f"{name}-{number}") for number in range(2, 1000))]
    return next(path for path in candidates if not path.exists())
