"""A class that is graded in no time: theory only, with answers that many students share."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.checks.catalogue import load
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.run import grade_class
from autograder.grading.batch.store import Store
from autograder.grading.batch.work import opened, record_of
from autograder.grading.grade import Options
from autograder.grading.session import Session
from autograder.reports.book import Book
from autograder.submission.files import FileSet, read_files
from autograder.submission.roster import HandIn

SPEC = """autograder: 1
id: sample
title: A sample
symbols: {c: real, t: positive integer, b: "in (0, 1)"}
questions:
  - {id: sum, title: A sum, kind: expression, answer: c*(1 - b^t)/(1 - b), points: 3}
  - {id: size, title: A size, kind: number, answer: "12", points: 2}
  - {id: words, title: Words, kind: text, points: 1, rubric: [{says: It says why.}]}
"""
ANSWERS = (
    "# sum\n\nc*(1 - b^t)/(1 - b)\n\n# size\n\n12\n",
    "# sum\n\nc*(b^t - 1)/(b - 1)\n\n# size\n\n13\n",
    "# sum\n\nc*(1 - b^t)\n\n# size\n\n24/2\n\n# words\n\nBecause.\n",
    "# sum\n\nc*(1 -\n\n# size\n\ntwelve\n",
    "",
)
_TIME = re.compile(rb'<section id="time".*?</section>', re.DOTALL)
OPTIONS = Options(device="cpu")


class Here:
    """An engine that grades in this process, and may be stopped after so many."""

    def __init__(self, exercise: Exercise, session: Session, stop_after: int = 1000) -> None:
        self.exercise = exercise
        self.session = session
        self.stop_after = stop_after
        self.graded: list[str] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        for task in tasks:
            if len(self.graded) >= self.stop_after:
                raise KeyboardInterrupt
            found = opened(task)
            if isinstance(found, Done):
                yield found
                continue
            self.graded.append(task.id)
            record = record_of(self.exercise, found[0], OPTIONS, self.session)
            yield Done(task.id, record, found[1])


def make_exercise(folder: Path, spec: str = SPEC) -> Exercise:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "exercise.yaml").write_text(spec, encoding="utf-8")
    return load(folder)


def make_class(folder: Path, count: int) -> Path:
    """So many submissions; each fifth has the same answers."""
    for number in range(count):
        one = folder / f"student-{number:03}"
        one.mkdir(parents=True)
        (one / "answers.md").write_text(ANSWERS[number % len(ANSWERS)], encoding="utf-8")
    return folder


def hand_ins(folder: Path) -> list[HandIn]:
    return [HandIn(one.name, functools.partial(read_files, [one])) for one in folder.iterdir()]


def of_texts(texts: Mapping[str, str]) -> list[HandIn]:
    def read(text: str) -> FileSet:
        files = FileSet()
        files.add("answers.md", text.encode())
        return files

    return [HandIn(name, functools.partial(read, text)) for name, text in texts.items()]


def run_class(exercise: Exercise, found: Iterable[HandIn], engine, folder: Path, **more) -> Book:
    with Store(folder) as store:
        return grade_class(exercise, list(found), OPTIONS, engine, store, **more)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a run, but the times and what the report says about them."""
    return {
        path.relative_to(folder).as_posix(): _TIME.sub(b"", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "times.jsonl"
    }


def results_of(folder: Path, name: str) -> dict[str, object]:
    return json.loads((folder / "submissions" / name / "results.json").read_text())
