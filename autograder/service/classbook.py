"""A class of the service as reports see it: everybody's newest grading, with a person's words over it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.grade import Grade
from autograder.checks.outcome import of_credit
from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.changes import Change, Changes, Verdict
from autograder.service.exercises import Exercises
from autograder.service.gradings import corrections_of, grade_of, graded, newest_submissions
from autograder.service.tables import Correction, Job, Person, Submission, Version
from autograder.submission.roster import Student

_BY_HAND = "Graded by a person."


def class_book(exercises: Exercises, session: Session, exercise: Exercise) -> Book:
    """The graded submissions of an exercise, one for each student; those under way are not in it."""
    entries = []
    for submission in newest_submissions(session, exercise.id).values():
        entry = _entry(exercises, session, submission)
        if entry is not None:
            entries.append(entry)
    return Book(exercise, tuple(sorted(entries, key=lambda entry: entry.id)))


def _entry(exercises: Exercises, session: Session, submission: Submission) -> Entry | None:
    job, exercise = graded(exercises, session, submission)
    if job.state not in ("done", "failed"):
        return None
    person = session.get_one(Person, submission.person)
    students = (Student(person.name, person.number, person.email),)
    submitted = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(submission.created))
    grade = grade_of(exercise, job) if job.state == "done" else None
    if grade is None:
        problem = job.problem or "the stored result cannot be read"
        return Entry(submission.id, "failed", None, students, submitted, problem=problem)
    grade = corrected(grade, corrections_of(session, submission.id))
    blank = all(outcome.outcome == "unanswered" for outcome in grade.outcomes)
    return Entry(submission.id, "empty" if blank else "graded", grade, students, submitted)


def corrected(grade: Grade, corrections: Sequence[Correction]) -> Grade:
    """A grade with the newest word of a person on each question in place of the machine's."""
    newest = {correction.question: correction for correction in corrections}
    outcomes = tuple(
        replace(
            outcome,
            outcome=of_credit(correction.credit),
            credit=correction.credit,
            line=correction.feedback or _BY_HAND,
            evidence=f"a person's word over: {outcome.outcome}",
            details=(),
            hint="",
        )
        if (correction := newest.get(outcome.question)) is not None
        else outcome
        for outcome in grade.outcomes
    )
    return replace(grade, outcomes=outcomes)


def class_changes(exercises: Exercises, session: Session, exercise: Exercise) -> Changes:
    """What the newest version of an exercise changed, against the grading before it."""
    rows: list[Change] = []
    compared = 0
    for submission in newest_submissions(session, exercise.id).values():
        done = select(Job).where(Job.submission == submission.id, Job.state == "done")
        two = list(session.scalars(done.order_by(Job.id.desc()).limit(2)))
        if len(two) < 2:
            continue
        compared += 1
        after, before = (_verdicts(exercises, session, job) for job in two)
        for question in dict.fromkeys((*before, *after)):
            old, new = before.get(question), after.get(question)
            if old != new:
                rows.append(Change(submission.id, question, old, new, "exercise changed"))
    questions = tuple(question.id for question in exercise.questions)
    known = (*questions, *sorted({row.question for row in rows} - set(questions)))
    answers = compared * len(questions)
    return Changes(tuple(rows), known, compared, answers, answers)


def _verdicts(exercises: Exercises, session: Session, job: Job) -> dict[str, Verdict]:
    exercise = exercises.open(session, session.get_one(Version, job.version))
    grade = grade_of(exercise, job)
    if grade is None:
        return {}
    return {o.question: Verdict(o.outcome, grade.points_of(o)) for o in grade.outcomes}
