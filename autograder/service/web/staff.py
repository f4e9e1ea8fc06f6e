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
from autograder.service.classbook import class_book, class_changes
from autograder.service.gradings import corrections_of, graded, newest_submissions
from autograder.service.service import Service
from autograder.service.tables import Correction, File, Person, Submission
from autograder.service.web import amending, people
from autograder.service.web.forms import points_for, posted
from autograder.service.web.guard import require
from autograder.service.web.showing import Result, result_of
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
        newest = newest_submissions(session, exercise.id)
        rows = []
        for student in sorted(students, key=lambda one: (one.name.lower(), one.email.lower())):
            submission = newest.get(student.id)
            result = _result(service, session, submission) if submission else None
            rows.append((student, submission, result))
    return render(request, "staff/class.html", person, exercise=exercise, rows=rows)


def _result(service: Service, session: Session, submission: Submission) -> Result:
    job, exercise = graded(service.exercises, session, submission)
    corrections = corrections_of(session, submission.id)
    return result_of(exercise, job, corrections, staff=True)


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
        for submission in newest_submissions(session, exercise.id).values():
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
        job, exercise = graded(service.exercises, session, submission)
        files = list(session.scalars(select(File).where(File.submission == submission.id)))
        return render(
            request,
            "staff/submission.html",
            person,
            exercise=exercise,
            submission=submission,
            student=student,
            job=job,
            files=files,
            result=_result(service, session, submission),
        )


@posted(max_fields=10)
def correct(request: Request, values: Mapping[str, str]) -> Response:
    """Take a person's word on one question."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        submission = _submission(request, session)
        _, exercise = graded(service.exercises, session, submission)
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
