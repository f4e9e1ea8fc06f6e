"""Finds gradings: the newest submission of each person, the job that counts, a person's corrections."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.grade import Grade
from autograder.checks.record import read_grade
from autograder.exercise.model import Exercise
from autograder.service.exercises import Exercises
from autograder.service.tables import Correction, Job, Submission, Version


def newest_submissions(session: Session, exercise: str) -> dict[int, Submission]:
    """The newest submission of each person, by the person's id."""
    of_it = select(Submission).where(Submission.exercise == exercise)
    return {one.person: one for one in session.scalars(of_it.order_by(Submission.created))}


def corrections_of(session: Session, submission: str) -> list[Correction]:
    """What persons have said about a submission, the newest last."""
    about = select(Correction).where(Correction.submission == submission)
    return list(session.scalars(about.order_by(Correction.id)))


def graded(exercises: Exercises, session: Session, submission: Submission) -> tuple[Job, Exercise]:
    """The grading of a submission that counts: the newest that is done, or else the newest."""
    of_it = select(Job).where(Job.submission == submission.id).order_by(Job.id.desc())
    jobs = list(session.scalars(of_it))
    job = next((job for job in jobs if job.state == "done"), jobs[0])
    version = session.get_one(Version, job.version)
    return job, exercises.open(session, version)


def grade_of(exercise: Exercise, job: Job) -> Grade | None:
    """The grade that a job has stored, as far as it is."""
    if not job.record:
        return None
    try:
        return read_grade(json.loads(job.record), exercise)
    except (ValueError, KeyError):
        return None
