"""Finds gradings: the job of a submission that counts, and what persons have said over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, internal, of_credit
from autograder.checks.record import read_grade
from autograder.exercise.model import Exercise
from autograder.service.database import Database
from autograder.service.exercises import Exercises
from autograder.service.tables import Correction, Job, Person, Submission, Version

BY_HAND = "Graded by a person."

# Gives the grades of jobs, each with its exercise, by the job's id.
Read = Callable[[Sequence[tuple[Job, Exercise]]], Mapping[int, Grade | None]]


@dataclass(frozen=True)
class Graded:
    """A submission, the job of it that counts, and a person's newest word on each question.

    `machine` is the grade that the job has stored, as far as it is.
    """

    submission: Submission
    job: Job
    exercise: Exercise
    words: Mapping[str, Correction]
    machine: Grade | None

    @property
    def is_over(self) -> bool:
        """Whether its grading has ended, well or not."""
        return self.job.state in ("done", "failed")

    @cached_property
    def grade(self) -> Grade | None:
        """What counts: persons' words over the machine's. None where neither has said anything."""
        if self.machine is not None:
            return corrected(self.machine, self.words)
        if not self.words:
            return None
        return corrected(Grade(self.exercise, tuple(self._left_to_persons())), self.words)

    @property
    def problem(self) -> str:
        """Why there is no grade of the machine's, for staff."""
        return self.job.problem or "the stored result cannot be read"

    def _left_to_persons(self) -> Iterable[Outcome]:
        """Where the grading failed as a whole, all that persons have not spoken about waits for one."""
        if self.is_over:
            yield from (internal(one.id, self.problem) for one in self.exercise.questions)


def corrected(grade: Grade, words: Mapping[str, Correction]) -> Grade:
    """A grade with a person's words by question in place of the machine's."""
    found = {outcome.question: outcome for outcome in grade.outcomes}
    laid = {question: _spoken(word, found.get(question)) for question, word in words.items()}
    ids = [question.id for question in grade.exercise.questions]
    outcomes = (laid.get(name) or found.get(name) for name in ids)
    return replace(grade, outcomes=tuple(one for one in outcomes if one is not None))


def _spoken(word: Correction, machine: Outcome | None) -> Outcome:
    """A person's word as an outcome; how the answer was read stays."""
    before = machine or Outcome(word.question, "person", None, "")
    return replace(
        before,
        outcome=of_credit(word.credit),
        credit=word.credit,
        line=word.feedback or BY_HAND,
        evidence=f"a person's word over: {before.outcome}",
        # What a machine found wrong does not count here; what it repeats of the answer does.
        details=before.details if before.outcome == "person" else (),
        hint="",
    )


def withdrawal(
    database: Database, session: Session, submission: str, question: str, by: Person
) -> Correction:
    """What takes the words of persons on a question back: the machine's verdict counts again."""
    return Correction(
        submission=submission,
        question=question,
        credit=0.0,
        withdrawn=True,
        by=by.id,
        created=database.now(session),
    )


def grade_of(exercise: Exercise, job: Job) -> Grade | None:
    """The grade that a job has stored, as far as it is."""
    if not job.record:
        return None
    try:
        return read_grade(json.loads(job.record), exercise)
    except (ValueError, KeyError):
        return None


def graded(exercises: Exercises, session: Session, submission: Submission) -> Graded:
    """One submission with its grading."""
    return graded_all(exercises, session, select(Submission).where(Submission.id == submission.id))[
        0
    ]


def class_graded(exercises: Exercises, session: Session, exercise: str) -> list[Graded]:
    """The newest submission of each student with its grading, the earliest handed in first."""
    return graded_all(exercises, session, newest_submissions(exercise))


def newest_submissions(exercise: str) -> Select[Submission]:
    """Finds the newest submission of each student; what staff try out is no part of the class."""
    latest = func.row_number().over(
        partition_by=Submission.person,
        order_by=(Submission.created.desc(), Submission.id.desc()),
    )
    of_class = Submission.exercise == exercise, Person.role == "student"
    ranked = select(Submission.id, latest.label("rank")).join(Person).where(*of_class)
    first = ranked.subquery()
    chosen = select(Submission).join(first, first.c.id == Submission.id).where(first.c.rank == 1)
    return chosen.order_by(Submission.created, Submission.id)


def graded_all(
    exercises: Exercises,
    session: Session,
    chosen: Select[Submission],
    read: Read | None = None,
) -> list[Graded]:
    """Submissions with their gradings, in a few statements however many they are.

    Where `read` gives the jobs' grades their records are not fetched.
    """
    submissions = list(session.scalars(chosen))
    ids = chosen.with_only_columns(Submission.id, maintain_column_froms=True).order_by(None)
    counting = _counting_jobs(session, ids, with_records=read is None)
    words = _newest_words(session, ids)
    versions = opened_versions(exercises, session, {job.version for job in counting.values()})
    pairs = [(job, versions[job.version]) for job in counting.values()]
    grades = {job.id: grade_of(one, job) for job, one in pairs} if read is None else read(pairs)
    return [
        Graded(one, job, versions[job.version], words.get(one.id, {}), grades.get(job.id))
        for one in submissions
        if (job := counting.get(one.id)) is not None
    ]


def _counting_jobs(session: Session, ids: Select[str], *, with_records: bool) -> dict[str, Job]:
    """The job that counts by submission: the newest that is done, or else the newest."""
    best = func.row_number().over(
        partition_by=Job.submission, order_by=((Job.state == "done").desc(), Job.id.desc())
    )
    ranked = select(Job.id, best.label("rank")).where(Job.submission.in_(ids)).subquery()
    counting = select(Job).join(ranked, ranked.c.id == Job.id).where(ranked.c.rank == 1)
    if not with_records:
        counting = counting.options(defer(Job.record, raiseload=True))
    return {job.submission: job for job in session.scalars(counting)}


def _newest_words(session: Session, ids: Select[str]) -> dict[str, dict[str, Correction]]:
    """What persons have said last and not taken back, by submission and question."""
    said = select(Correction).where(Correction.submission.in_(ids)).order_by(Correction.id)
    words: dict[str, dict[str, Correction]] = {}
    for correction in session.scalars(said):
        of_it = words.setdefault(correction.submission, {})
        if correction.withdrawn:
            of_it.pop(correction.question, None)
        else:
            of_it[correction.question] = correction
    return words


def opened_versions(
    exercises: Exercises, session: Session, ids: Iterable[int]
) -> dict[int, Exercise]:
    """The exercises of versions, by the version's id."""
    found = session.scalars(select(Version).where(Version.id.in_(set(ids))))
    return {version.id: exercises.open(session, version) for version in found}
