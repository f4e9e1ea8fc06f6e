"""The course as a whole: every exercise in numbers, and the points of every student in all of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autograder.exercise.model import Exercise
from autograder.reports.cells import Cell, table
from autograder.service.service import Service
from autograder.service.standings import (
    Numbers,
    Standing,
    numbers_of,
    standings,
    students_of,
)
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.replies import spreadsheet
from autograder.service.web.view import render


@dataclass(frozen=True)
class _Column:
    """An exercise with everybody's standing in it, in the order of the students."""

    exercise: Exercise
    rows: list[Standing]

    @property
    def numbers(self) -> Numbers:
        """The class in numbers."""
        return numbers_of(self.rows)


def routes() -> list[Route]:
    """Every address of these pages."""
    return [
        Route("/staff", overview),
        Route("/staff/gradebook", gradebook),
        Route("/staff/gradebook.csv", gradebook_csv),
    ]


def overview(request: Request) -> Response:
    """Every exercise with its numbers, and the health of the queue."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        columns = _columns(service, session)
    health = service.queue.health()
    return render(request, "staff/overview.html", person, columns=columns, health=health)


def gradebook(request: Request) -> Response:
    """Every student's points in every exercise."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        columns = _columns(service, session)
    lines = list(zip(*(column.rows for column in columns), strict=True))
    return render(request, "staff/gradebook.html", person, columns=columns, lines=lines)


def gradebook_csv(request: Request) -> Response:
    """The same as a table for a spreadsheet; points that are not final are marked in words."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        columns = _columns(service, session)
    head = [part for c in columns for part in (c.exercise.id, f"{c.exercise.id} state")]
    rows: list[list[Cell]] = [["name", "number", "email", *head]]
    for line in zip(*(column.rows for column in columns), strict=True):
        student = line[0].student
        cells: list[Cell] = [student.name, student.number, student.email]
        for row in line:
            cells += [row.points if row.state == "graded" else None, row.state]
        rows.append(cells)
    return spreadsheet(table(rows), "gradebook.csv")


def _columns(service: Service, session: Session) -> list[_Column]:
    students = students_of(session)
    newest = service.exercises.all_newest(session)
    return [
        _Column(exercise, standings(students, service.glances.look(session, exercise.id)))
        for exercise in (service.exercises.open(session, version) for version in newest)
    ]
