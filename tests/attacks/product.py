"""Attacks against the product and, as a control, against graders without layers."""

from __future__ import annotations

import io
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.checks.catalogue import load
from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.reports.gradescope import results, write_json
from autograder.reports.terminal import print_grade
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.limits import MEBIBYTE, Limits
from autograder.sandbox.server import ForkServer
from tests.attacks.attack import Attack
from tests.attacks.world import HERE, World, wait_for

CODE = "net.py"
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
    page: str
    seconds: float


def grade_with_product(world: World, whole: Exercise, session: Session) -> Graded:
    """Grade the world's submission; only then are the results written, as for users."""
    started = time.monotonic()
    graded = grade(whole, [world.submission], Options(), session=session)
    content = results(graded)
    stream = io.StringIO()
    print_grade(graded, Console(file=stream, width=100, no_color=True))
    page = json.dumps(content, ensure_ascii=False) + stream.getvalue()
    outcome = next(o for o in graded.outcomes if o.question == "net")
    return Graded(graded, outcome, page, time.monotonic() - started)


def write_results(world: World, graded: Graded) -> None:
    write_json(world.results, results(graded.grade))


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
    )
    kind = None
    with server.job(limits) as job:
        try:
            job.call(
                f"tests.attacks.naive:{attack.control}",
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
    }
    return bool(checks[attack.sign]())


def innocent(whole: Exercise, session: Session, folder: Path, text: str) -> Outcome:
    """The outcome of an honest submission's code."""
    folder.mkdir(exist_ok=True)
    (folder / CODE).write_text(text)
    graded = grade(whole, [folder], Options(), session=session)
    return next(o for o in graded.outcomes if o.question == "net")
