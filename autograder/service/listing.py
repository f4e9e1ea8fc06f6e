"""Lists the submissions of an exercise, a page at a time."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from autograder.errors import UsageError
from autograder.service.tables import Job, Person, Submission

Listed = tuple[Submission, Person, str]


def listed(session: Session, exercise: str, since: float, after: str, limit: int) -> list[Listed]:
    """Submissions with whose they are and the state of their newest grading, the oldest first.

    Those from `since` on (seconds since 1970), and behind the submission `after` if one is given.

    Raises:
        UsageError: there is no such submission.
    """
    of_one = select(func.max(Job.id)).where(Job.submission == Submission.id)
    newest = of_one.correlate(Submission).scalar_subquery()
    of_it = (
        select(Submission, Person, Job.state)
        .join(Person, Submission.person == Person.id)
        .join(Job, Job.id == newest)
        .where(Submission.exercise == exercise, Submission.created >= since)
    )
    if after:
        last = session.get(Submission, after)
        if last is None or last.exercise != exercise:
            raise UsageError("there is no such submission of this exercise")
        place = tuple_(Submission.created, Submission.id)
        of_it = of_it.where(place > tuple_(last.created, last.id))
    rows = session.execute(of_it.order_by(Submission.created, Submission.id).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]
