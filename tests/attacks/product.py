"""Attacks against the product and, as a control, against graders without layers."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.errors import MarkupError

from autograder.checks.catalogue import load
from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.reports.book import Book, Entry
from autograder.reports.grades_csv import grades_csv
from autograder.reports.gradescope import results, write_json
from autograder.reports.terminal import print_grade
from autograder.reports.upload_forms import canvas_form, moodle_form
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.limits import MEBIBYTE, Limits
from autograder.sandbox.server import ForkServer
from autograder.submission.roster import Student
from tests.attacks.attack import Attack
from tests.attacks.page import active_html, active_text
from tests.attacks.table import active_cells
from tests.attacks.world import HERE, World, wait_for

WRONG = """from torch import nn


def get_net():
    return nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
"""
GOOD = "from torch import nn\n\n\ndef get_net():\n    return nn.Linear(3, 2)\n"
SHORT_SECONDS = 1.5
_GLUT_BYTES = 300 * MEBIBYTE
_PAGE_BYTES = 2 * MEBIBYTE
_LATE_SECONDS = 1.5


def exercise() -> Exercise:
    return load(HERE / "exercise")


def hurried(whole: Exercise) -> Exercise:
    """The same exercise with little time, for attacks that would wait for ever."""
    questions = [
        q.model_copy(update={"seconds": SHORT_SECONDS}) if q.id == "net" else q
        for q in whole.questions
    ]
    return whole.model_copy(update={"questions": tuple(questions)})


@dataclass(frozen=True)
class Graded:
    """What came of a submission: the outcome of the code and everything that people see."""

    grade: Grade
    outcome: Outcome
    results: dict[str, Any]
    terminal: str
    seconds: float

    @property
    def page(self) -> str:
        """Everything that the student can read."""
        return json.dumps(self.results, ensure_ascii=False) + self.terminal

    @property
    def html(self) -> str:
        """What Gradescope shows as HTML."""
        formats = [(self.results, "output"), *((test, "output") for test in self.results["tests"])]
        assert all(part["output_format"] == "html" for part, _ in formats)
        return "".join(part[key] for part, key in formats)


def write_results(world: World, graded: Graded) -> None:
    write_json(world.results, graded.results)


def grade_with_product(attack: Attack, world: World, whole: Exercise, session: Session) -> Graded:
    """Grade the world's submission; only then are the results written, as for users."""
    started = time.monotonic()
    graded = grade(whole, [world.submission], Options(), session=session)
    content = results(graded)
    stream = io.StringIO()
    print_grade(graded, Console(file=stream, width=100, no_color=True))
    outcome = next(o for o in graded.outcomes if o.question == attack.question)
    return Graded(graded, outcome, content, stream.getvalue(), time.monotonic() - started)


def book_of(attack: Attack, graded: Graded) -> Book:
    """A class whose only student handed in the attack, with a name of the attacker's choice."""
    student = Student(attack.student, attack.student, attack.student, attack.student)
    entry = Entry(attack.student, "graded", graded.grade, (student,), attack.student)
    return Book(graded.grade.exercise, (entry,), graded.grade.made_with)


def tables(book: Book) -> list[str]:
    """Everything that is made for spreadsheets and for course systems."""
    forms = canvas_form(book, is_from_canvas=True), moodle_form(book, is_from_moodle=True)
    return [grades_csv(book), *(form.text for form in forms)]


@dataclass(frozen=True)
class Control:
    """What came of the same submission in a grader without layers."""

    kind: str | None
    peak: int


def grade_naively(attack: Attack, world: World, server: ForkServer) -> Control:
    """Run the naive grader that the attack names, within limits that protect the machine."""
    limits = Limits(
        seconds=SHORT_SECONDS if attack.sign == "stall" else 30.0,
        memory=1536 * MEBIBYTE,
        output=64 * MEBIBYTE,
        file_size=512 * MEBIBYTE,
        open_files=256,
    )
    kind = None
    with server.job(limits) as job:
        try:
            job.call(
                f"tests.attacks.readers:{attack.control}",
                root=str(world.folder),
                secret=world.token,
            )
        except JobFailed as failed:
            kind = failed.failure.kind
        return Control(kind, int(job.close().get("peak") or 0))


def sign_is_seen(attack: Attack, world: World, control: Control, idle: Control) -> bool:
    """Whether the attack succeeded in the naive grader, told from outside of it."""
    text = world.text
    checks: dict[str, Any] = {
        "points": lambda: world.score(attack.header.get("gains", "")) > 0,
        "results": lambda: wait_for(world.forged, _LATE_SECONDS),
        "leak": lambda: world.token in text,
        "files": lambda: bool(world.changed() - {"results/results.json", "results"}),
        "contact": lambda: wait_for(lambda: world.listener.contacts, _LATE_SECONDS),
        "victim": lambda: wait_for(world.victim.is_harmed, _LATE_SECONDS),
        "survivors": lambda: bool(world.survivors()),
        "leftovers": lambda: bool(world.leftovers()),
        "stall": lambda: control.kind == "time",
        "silence": lambda: not world.has_results(),
        "glut": lambda: control.peak - idle.peak > _GLUT_BYTES or len(text) > _PAGE_BYTES,
        "next": lambda: world.score() < 70.0,
        "masked": lambda: "MASKED" in text,
        "active": lambda: bool(active_html(shown(text)) or active_text(shown(text))),
        "formula": lambda: bool(active_cells(shown(text))),
        "markup": lambda: "[bold green]" not in rendered(shown(text)),
    }
    return bool(checks[attack.sign]())


def shown(text: str) -> str:
    """Everything that the naive results would have shown."""
    content = json.loads(text)
    return "\n".join([content.get("output", ""), *(t.get("output", "") for t in content["tests"])])


def rendered(text: str) -> str:
    """A text as the terminal's library prints it where it is given as it is."""
    stream = io.StringIO()
    with contextlib.suppress(MarkupError):
        Console(file=stream, width=200).print(text)
    return stream.getvalue()


def innocent(whole: Exercise, session: Session, text: str) -> Outcome:
    """The outcome of an honest submission's code."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "net.py").write_text(text)
        graded = grade(whole, [Path(folder)], Options(), session=session)
    return next(o for o in graded.outcomes if o.question == "net")
