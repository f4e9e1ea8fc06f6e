"""What grading again changed: each submission's two newest gradings, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise
from autograder.reports.changes import Change, Changes, Verdict
from autograder.service.exercises import Exercises
from autograder.service.gradings import (
    Graded,
    class_graded,
    corrected,
    grade_of,
    newest_submissions,
    opened_versions,
)
from autograder.service.tables import Job, Submission

_QUESTION = "the question changed"
_EXERCISE = "the exercise changed"
_GRADER = "the grader changed"


def class_changes(exercises: Exercises, session: Session, exercise: Exercise) -> Changes:
    """What the newest grading of each submission changed against the one before it.

    A person's word stands over both, so that what a person has graded does not change.
    """
    before = _gradings_before(session, exercise.id)
    earlier = opened_versions(exercises, session, (job.version for job in before.values()))
    rows: list[Change] = []
    compared = 0
    for graded in class_graded(exercises, session, exercise.id):
        job = before.get(graded.submission.id)
        if job is not None and graded.job.state == "done":
            compared += 1
            rows += changes_of(graded, job, earlier[job.version])
    questions = tuple(question.id for question in exercise.questions)
    known = (*questions, *sorted({row.question for row in rows} - set(questions)))
    answers = compared * len(questions)
    return Changes(tuple(rows), known, compared, answers, answers)


def instead(graded: Graded, other: Job, exercise: Exercise) -> Iterator[Change]:
    """What would change if another grading counted, made by an `exercise`."""
    for change in changes_of(graded, other, exercise):
        yield replace(change, before=change.after, after=change.before)


def changes_of(graded: Graded, before: Job, earlier: Exercise) -> Iterator[Change]:
    """What a submission's grading changed against an earlier one, made by an `earlier` exercise."""
    machine = grade_of(earlier, before)
    past = None if machine is None else corrected(machine, graded.words)
    old, new = _verdicts(past), _verdicts(graded.grade)
    for question in dict.fromkeys((*old, *new)):
        one, other = old.get(question), new.get(question)
        if one != other:
            cause = _cause(earlier, graded.exercise, question)
            yield Change(graded.submission.id, question, one, other, cause)


def _gradings_before(session: Session, exercise: str) -> Mapping[str, Job]:
    """By submission the finished job before the newest one."""
    ids = newest_submissions(exercise).with_only_columns(Submission.id).order_by(None)
    place = func.row_number().over(partition_by=Job.submission, order_by=Job.id.desc())
    done = (Job.submission.in_(ids), Job.state == "done")
    ranked = select(Job.id, place.label("rank")).where(*done).subquery()
    second = select(Job).join(ranked, ranked.c.id == Job.id).where(ranked.c.rank == 2)
    return {job.submission: job for job in session.scalars(second)}


def _verdicts(grade: Grade | None) -> dict[str, Verdict]:
    if grade is None:
        return {}
    return {o.question: Verdict(o.outcome, grade.points_of(o)) for o in grade.outcomes}


def _cause(before: Exercise, after: Exercise, question: str) -> str:
    try:
        same = before.question(question) == after.question(question)
    except KeyError:
        return _QUESTION
    if not same:
        return _QUESTION
    return _GRADER if before.folder == after.folder else _EXERCISE
