"""Grading again: everybody's newest submission, or one, by the version of the exercise in use."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.service.exercises import Exercises
from autograder.service.gradings import newest_submissions
from autograder.service.queue import Queue
from autograder.service.tables import Job, Version

GRADED_AGAIN = "graded again"


def grade_class(
    exercises: Exercises, queue: Queue, session: Session, version: Version, by: str
) -> int:
    """Let a version grade every student's newest submission; returns how many."""
    ids = [one.id for one in session.scalars(newest_submissions(version.exercise))]
    grade_again(exercises, queue, session, version, ids, by)
    return len(ids)


def grade_again(
    exercises: Exercises,
    queue: Queue,
    session: Session,
    version: Version,
    submissions: Sequence[str],
    by: str,
) -> None:
    """Let a version grade submissions.

    What failed with it is tried once more. Where it has graded them all, the same files become a new
    version: the earlier results stay, to be compared with.
    """
    of_them = Job.version == version.id, Job.submission.in_(submissions)
    jobs = {job.submission: job.state for job in session.scalars(select(Job).where(*of_them))}
    try_again(session, [one for one, state in jobs.items() if state == "failed"], version.id)
    if submissions and all(jobs.get(one) == "done" for one in submissions):
        version = exercises.renew(session, version, GRADED_AGAIN, by)
    for one in submissions:
        queue.add(session, one, version.id)


def try_again(session: Session, submissions: Sequence[str], version: int) -> None:
    """Let gradings wait again that failed through our fault, as if they had not been tried."""
    failed = Job.state == "failed", Job.version == version, Job.submission.in_(submissions)
    fresh = {"state": "waiting", "attempts": 0, "problem": "", "finished": None}
    session.execute(update(Job).where(*failed).values(**fresh))
