"""The instructor's pages: the class at a glance, people and their links, submissions, the queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from autograder.exercise.bundle import pack
from autograder.reports.book import Book
from autograder.reports.grades_csv import grades_csv
from autograder.reports.gradescope import results
from autograder.reports.page import class_page as class_page_html
from autograder.reports.page.frame import policy
from autograder.service import blobs
from autograder.service.classbook import class_book
from autograder.service.gradings import class_graded, graded, newest_submissions
from autograder.service.regraded import class_changes
from autograder.service.service import Service
from autograder.service.tables import Correction, File, Person, Submission
from autograder.service.web import amending, people
from autograder.service.web.forms import points_for, posted
from autograder.service.web.guard import require
from autograder.service.web.showing import result_of
from autograder.service.web.student import opened
from autograder.service.web.view import render

_ROLE: Final = "instructor"


def routes() -> list[Route]:
    """Every address of the instructor's pages."""
    return [
        Route("/staff", overview),
        *people.routes(),
        *amending.routes(),
        Route("/staff/exercises/{exercise}/report", report),
        Route("/staff/exercises/{exercise}/grades.csv", grades),
        Route("/staff/exercises/{exercise}/results.zip", all_results),
        Route("/staff/exercises/{exercise}/grade-again", grade_again, methods=["POST"]),
        Route("/staff/exercises/{exercise}/changes", changes),
        Route("/staff/exercises/{exercise}", class_page),
        Route("/staff/submissions/{submission}", submission_page, methods=["GET"]),
        Route("/staff/submissions/{submission}", correct, methods=["POST"]),
        Route("/staff/submissions/{submission}/files/{name:path}", download),
    ]


def overview(request: Request) -> Response:
    """Every exercise with its numbers, and the health of the queue."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        rows = []
        for version in service.exercises.all_newest(session):
            exercise = service.exercises.open(session, version)
            people_of_it = select(func.count(Submission.person.distinct()))
            handed_in = people_of_it.where(Submission.exercise == exercise.id)
            rows.append((exercise, session.scalar(handed_in)))
    health = service.queue.health()
    return render(request, "staff/overview.html", person, rows=rows, health=health)


def class_page(request: Request) -> Response:
    """Who has handed in what for an exercise, with scores and what waits for a person."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        _, exercise = opened(request, session)
        students = list(session.scalars(select(Person).where(Person.role == "student")))
        found = class_graded(service.exercises, session, exercise.id)
        newest = {one.submission.person: one for one in found}
        rows = []
        for student in sorted(students, key=lambda one: (one.name.lower(), one.email.lower())):
            one = newest.get(student.id)
            result = result_of(one, staff=True) if one else None
            rows.append((student, one.submission if one else None, result))
    return render(request, "staff/class.html", person, exercise=exercise, rows=rows)


def report(request: Request) -> Response:
    """The report of the class, as `autograder grade` writes it, with persons' words in it."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, _ROLE)
        book = _book(request, session)
        page = class_page_html(book, {})
    # It brings its own style and script, which its own policy names.
    return HTMLResponse(page, headers={"Content-Security-Policy": policy()})


def grades(request: Request) -> Response:
    """The grades as a table for a spreadsheet."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, _ROLE)
        text = grades_csv(_book(request, session))
    name = request.path_params["exercise"]
    return _attachment(text.encode(), "text/csv; charset=utf-8", f"{name}-grades.csv")


def all_results(request: Request) -> Response:
    """Every student's results.json, as Gradescope reads it."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, _ROLE)
        book = _book(request, session)
    files = {
        f"{entry.id}/results.json": json.dumps(results(entry.grade), indent=2).encode()
        for entry in book.entries
        if entry.grade is not None
    }
    name = request.path_params["exercise"]
    return _attachment(pack(files), "application/zip", f"{name}-results.zip")


def _book(request: Request, session: Session) -> Book:
    service: Service = request.app.state.service
    _, exercise = opened(request, session)
    return class_book(service.exercises, session, exercise)


def _attachment(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=headers)


@posted()
def grade_again(request: Request, _: Mapping[str, str]) -> Response:
    """Let the version in use grade everybody's newest submission."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        require(request, session, _ROLE)
        version, exercise = opened(request, session)
        for submission in session.scalars(newest_submissions(exercise.id)).all():
            service.queue.add(session, submission.id, version.id)
    return RedirectResponse(f"/staff/exercises/{exercise.id}/changes", 303)


def changes(request: Request) -> Response:
    """What grading again changed, question by question."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        _, exercise = opened(request, session)
        found = class_changes(service.exercises, session, exercise)
    return render(
        request,
        "staff/changes.html",
        person,
        exercise=exercise,
        changes=found,
        health=service.queue.health(),
    )


def submission_page(request: Request) -> Response:
    """A submission opened, with its files, evidence and places for a person's word."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        submission = _submission(request, session)
        student = session.get_one(Person, submission.person)
        found = graded(service.exercises, session, submission)
        files = list(session.scalars(select(File).where(File.submission == submission.id)))
        return render(
            request,
            "staff/submission.html",
            person,
            exercise=found.exercise,
            submission=submission,
            student=student,
            job=found.job,
            files=files,
            result=result_of(found, staff=True),
        )


@posted(max_fields=10)
def correct(request: Request, values: Mapping[str, str]) -> Response:
    """Take a person's word on one question."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        submission = _submission(request, session)
        exercise = graded(service.exercises, session, submission).exercise
        question, credit = points_for(exercise, values)
        session.add(
            Correction(
                submission=submission.id,
                question=question.id,
                credit=credit,
                feedback=values.get("feedback", "")[:4_000],
                by=person.id,
                created=service.database.now(session),
            )
        )
    return RedirectResponse(f"/staff/submissions/{submission.id}#{question.id}", 303)


def download(request: Request) -> Response:
    """A file as it was handed in, never shown as a page."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, _ROLE)
        submission = _submission(request, session)
        file = session.get(File, (submission.id, request.path_params["name"]))
        if file is None:
            raise HTTPException(404)
        data = blobs.get(session, file.blob)
    return _attachment(data, "application/octet-stream", "handed-in.bin")


def _submission(request: Request, session: Session) -> Submission:
    submission = session.get(Submission, request.path_params["submission"])
    if submission is None:
        raise HTTPException(404)
    return submission
