"""Grades a class: tasks for an engine, results into the store, and the book of it all."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.checks.grade import Grade
from autograder.checks.outcome import internal, unopened
from autograder.checks.record import read_grade
from autograder.errors import AutograderError
from autograder.exercise.model import Exercise
from autograder.grading.batch.alike import alike
from autograder.grading.batch.baseline import Baseline
from autograder.grading.batch.baseline_causes import Causes
from autograder.grading.batch.engine import Done, Engine, Task
from autograder.grading.batch.publish import publish
from autograder.grading.batch.store import Store
from autograder.grading.batch.work import opened
from autograder.grading.digests import (
    code_digest,
    exercise_digest,
    exercise_files,
    question_digest,
    versions,
)
from autograder.grading.grade import Options
from autograder.grading.plan import make_plan
from autograder.reports.book import Book, Entry, State
from autograder.reports.gradescope import results
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn

OnEntry = Callable[[Entry], None]
OnNote = Callable[[str], None]


class Interrupted(AutograderError):
    """Somebody stopped the run; `book` holds what is graded so far."""

    def __init__(self, book: Book) -> None:
        super().__init__("interrupted")
        self.book = book


def made_with(exercise: Exercise, options: Options) -> dict[str, Any]:
    """Everything that a run's grades depend on beside the submissions."""
    return {
        "exercise": {
            "id": exercise.id,
            "title": exercise.title,
            "digest": exercise_digest(exercise),
            "files": exercise_files(exercise),
            "questions": {q.id: question_digest(exercise, q) for q in exercise.questions},
            "names": list(make_plan(exercise, options.select).names),
        },
        "grader": {**versions(), "code": code_digest()},
        "options": asdict(options.settled()),
    }


def grade_class(
    exercise: Exercise,
    hand_ins: Sequence[HandIn],
    options: Options,
    engine: Engine,
    store: Store,
    *,
    resume: bool = False,
    baseline: Path | None = None,
    compare: bool = False,
    on_entry: OnEntry = lambda entry: None,
    on_note: OnNote = lambda line: None,
) -> Book:
    """Grade a class; with `compare`, look for submissions that agree beyond chance, too.

    With the folder of an earlier run as `baseline`, only what could have changed since is checked, and
    the book says what did.

    1. Write down what the run is made with.
    2. With `resume`, keep what is graded already: of the same files, by the same program, exercise
       and options, and without a failure of ours. `on_note` is told how much that is.
    3. Let the engine grade the rest; write each result when it is there, in whatever order.
    4. Write the reports, also of a run that somebody stops; complete run.json.

    The book is in the order of the ids.

    Raises:
        UsageError: the options are wrong, or the store is not for this run.
        InternalError: the engine cannot go on, or a result cannot be written.
        Interrupted: Ctrl-C; what is there is kept.
    """
    make_plan(exercise, options.select)
    made = made_with(exercise, options)
    earlier = None if baseline is None else Baseline(baseline, exercise, made)
    before = store.begin(made, resume=resume)
    run = _ClassRun(exercise, hand_ins, store, made, on_entry, earlier)
    if before is not None and (reasons := _made_otherwise(before, made)):
        on_note(f"The run was begun otherwise ({reasons}); what it holds is graded again.")
    try:
        with contextlib.closing(_closable(engine.run(run.tasks()))) as done:
            for one in done:
                run.save(one)
    except KeyboardInterrupt:
        run.recover()
        publish(run.book(), store)
        raise Interrupted(run.book()) from None
    if run.kept:
        on_note(f"{run.kept} of {len(hand_ins)} had been graded before and were kept.")
    book = run.book()
    if compare:
        book = replace(book, pairs=alike(book, hand_ins))
    if earlier is not None:
        book = replace(book, changes=earlier.changes(book))
    publish(book, store)
    store.write_run({**book.made_with, "complete": True})
    return book


def _made_otherwise(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What differs between what a run was begun with and what it goes on with."""
    if all(before.get(name) == value for name, value in now.items()):
        return ""
    try:
        told = Causes(before, now).told
    except (KeyError, TypeError, AttributeError):
        told = ("by another version of this program",)
    return "; ".join(told) or "the exercise's texts changed"


def _closable(results: Iterator[Done]) -> Generator[Done, None, None]:
    """The results of an engine; closing them ends it, wherever it was."""
    yield from results


def _same(files: FileSet) -> FileSet:
    return files


class _ClassRun:
    """The entries of a run so far."""

    def __init__(
        self,
        exercise: Exercise,
        hand_ins: Sequence[HandIn],
        store: Store,
        made: Mapping[str, Any],
        on_entry: OnEntry,
        baseline: Baseline | None = None,
    ) -> None:
        self.exercise = exercise
        self.hand_ins = {hand_in.id: hand_in for hand_in in hand_ins}
        self.store = store
        self.made = made
        self.made_by = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
        self.on_entry = on_entry
        self.entries: dict[str, Entry] = {}
        self.kept = 0
        self.saving: Done | None = None
        self.baseline = baseline
        if baseline is not None:
            baseline.expect(self.hand_ins)

    def tasks(self) -> Iterator[Task]:
        """What is still to be graded; what is kept becomes an entry on the way."""
        for identifier, hand_in in sorted(self.hand_ins.items()):
            task = Task(identifier, hand_in.read)
            kept = self._kept(identifier)
            if kept is None and self.baseline is None:
                yield task
                continue
            found = opened(task)
            if isinstance(found, Done):
                yield task
            elif kept is not None and found[1] == kept.digest:
                self.store.write_results(identifier, self._results(kept))
                self._add(kept)
                self.kept += 1
            else:
                yield from self._since_baseline(identifier, *found)

    def _since_baseline(self, identifier: str, files: FileSet, digest: str) -> Iterator[Task]:
        """What of a submission is to be checked, if anything is."""
        task: Task | Done = Task(identifier, functools.partial(_same, files))
        if self.baseline is not None:
            task = self.baseline.task(identifier, files, digest)
        if isinstance(task, Done):
            self.save(task)
        else:
            yield task

    def save(self, done: Done) -> None:
        """Write a result, and take it in."""
        if self.baseline is not None:
            done = self.baseline.completed(done)
        self.saving = done
        self.store.save(done, self._results(done), self.made_by)
        self._add(done)
        self.saving = None

    def recover(self) -> None:
        """Take in the result whose saving was interrupted, if it was saved."""
        if self.saving is not None and self.store.read(self.saving.id, self.made_by) is not None:
            self._add(self.saving)

    def book(self) -> Book:
        """All entries so far, and the layers that held."""
        entries = tuple(self.entries[name] for name in sorted(self.entries))
        layers = {
            layer
            for entry in entries
            if entry.grade is not None
            for layer in entry.grade.made_with.get("layers", ())
        }
        return Book(self.exercise, entries, {**self.made, "layers": sorted(layers)})

    def _kept(self, identifier: str) -> Done | None:
        """An earlier result that needs no second try."""
        kept = self.store.read(identifier, self.made_by)
        if kept is None or kept.record is None:
            return None
        try:
            grade = read_grade(kept.record, self.exercise)
        except ValueError:
            return None
        return None if grade.failed_by_us else kept

    def _grade(self, done: Done) -> Grade | None:
        return None if done.record is None else read_grade(done.record, self.exercise)

    def _results(self, done: Done) -> dict[str, Any]:
        grade = self._grade(done)
        return results(grade or _not_graded(self.exercise, done, self.made), timed=False)

    def _add(self, done: Done) -> None:
        hand_in, grade = self.hand_ins[done.id], self._grade(done)
        entry = Entry(
            done.id,
            _state(done, grade),
            grade,
            hand_in.students,
            hand_in.submitted,
            hand_in.late_seconds,
            done.problem,
            hand_in.is_marked_late,
        )
        self.entries[done.id] = entry
        self.on_entry(entry)


def _state(done: Done, grade: Grade | None) -> State:
    if grade is None:
        return "unreadable" if done.unreadable else "failed"
    empty = all(outcome.outcome == "unanswered" for outcome in grade.outcomes)
    return "empty" if empty else "graded"


def _not_graded(exercise: Exercise, done: Done, made: Mapping[str, Any]) -> Grade:
    """A grade in which every question waits for a person, to be shown in place of none."""
    ids = [q.id for q in make_plan(exercise, made["options"]["select"]).questions]
    if done.unreadable:
        outcomes = [unopened(name, done.problem) for name in ids]
    else:
        outcomes = [internal(name, done.problem) for name in ids]
    return Grade(exercise, tuple(outcomes), made_with={"submission_digest": done.digest})
