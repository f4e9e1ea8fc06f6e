"""A class of the service as reports see it: everybody's newest grading, with a person's words over it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.service.exercises import Exercises
from autograder.service.gradings import Graded, class_graded
from autograder.service.tables import Person
from autograder.submission.roster import Student


def class_book(exercises: Exercises, session: Session, exercise: Exercise) -> Book:
    """The graded submissions of an exercise, one for each student; those under way are not in it."""
    found = [one for one in class_graded(exercises, session, exercise.id) if one.is_over]
    people = persons(session, (one.submission.person for one in found))
    entries = (entry(one, people[one.submission.person]) for one in found)
    return Book(exercise, tuple(sorted(entries, key=lambda entry: entry.id)))


def persons(session: Session, ids: Iterable[int]) -> Mapping[int, Person]:
    """People by id."""
    found = session.scalars(select(Person).where(Person.id.in_(set(ids))))
    return {person.id: person for person in found}


def entry(graded: Graded, person: Person) -> Entry:
    """A submission whose grading is over, as reports see it."""
    students = (Student(person.name, person.number, person.email),)
    identifier, created = graded.submission.id, graded.submission.created
    submitted = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created))
    grade = graded.grade
    if grade is None:
        return Entry(identifier, "failed", None, students, submitted, problem=graded.problem)
    blank = all(outcome.outcome == "unanswered" for outcome in grade.outcomes)
    return Entry(identifier, "empty" if blank else "graded", grade, students, submitted)
