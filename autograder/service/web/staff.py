"""The instructor's pages: the class at a glance, people and their links, submissions, the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.service import blobs
from autograder.service.roster import enrol, read_roster
from autograder.service.service import Service
from autograder.service.tables import Correction, File, Person, Submission
from autograder.service.web.guard import FORM_TOKEN, check_form, require
from autograder.service.web.showing import Result, result_of
from autograder.service.web.student import graded, opened
from autograder.service.web.view import render

_ROLE: Final = "instructor"


def routes() -> list[Route]:
    """Every address of the instructor's pages."""
    return [
        Route("/staff", overview),
        Route("/staff/people", people, methods=["GET"]),
        Route("/staff/people", add_people, methods=["POST"]),
        Route("/staff/people/links", make_links, methods=["POST"]),
        Route("/staff/tokens", make_token, methods=["POST"]),
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
            handed_in = select(Submission.person).where(Submission.exercise == exercise.id)
            rows.append((exercise, len(set(session.scalars(handed_in)))))
    health = service.queue.health()
    return render(request, "staff/overview.html", person, rows=rows, health=health)


def class_page(request: Request) -> Response:
    """Who has handed in what for an exercise, with scores and what waits for a person."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        _, exercise = opened(request, session)
        students = list(session.scalars(select(Person).where(Person.role == "student")))
        newest = _newest_by_person(session, exercise)
        rows = []
        for student in sorted(students, key=lambda one: (one.name.lower(), one.email.lower())):
            submission = newest.get(student.id)
            result = _result(service, session, submission) if submission else None
            rows.append((student, submission, result))
    return render(request, "staff/class.html", person, exercise=exercise, rows=rows)


def _newest_by_person(session: Session, exercise: Exercise) -> dict[int, Submission]:
    of_it = select(Submission).where(Submission.exercise == exercise.id)
    return {one.person: one for one in session.scalars(of_it.order_by(Submission.created))}


def _result(service: Service, session: Session, submission: Submission) -> Result:
    job, exercise = graded(service, session, submission)
    corrections = session.scalars(
        select(Correction).where(Correction.submission == submission.id).order_by(Correction.id)
    ).all()
    return result_of(exercise, job, corrections, staff=True)


def submission_page(request: Request) -> Response:
    """A submission opened, with its files, evidence and places for a person's word."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        submission = _submission(request, session)
        student = session.get_one(Person, submission.person)
        job, exercise = graded(service, session, submission)
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


async def correct(request: Request) -> Response:
    """Take a person's word on one question."""
    async with request.form(max_files=0, max_fields=10) as form:
        check_form(request, str(form.get(FORM_TOKEN, "")))
        values = {key: str(value) for key, value in form.items()}
    return await run_in_threadpool(_correct, request, values)


def _correct(request: Request, values: Mapping[str, str]) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        submission = _submission(request, session)
        _, exercise = graded(service, session, submission)
        try:
            question = exercise.question(values.get("question", ""))
            points = float(values.get("points", "").replace(",", "."))
        except (KeyError, ValueError):
            raise HTTPException(
                422, "Points are a number, and the question one of these."
            ) from None
        if not 0 <= points <= question.points:
            raise HTTPException(422, f"{question.title} has {question.points:g} points at most.")
        session.add(
            Correction(
                submission=submission.id,
                question=question.id,
                credit=points / question.points if question.points else 0.0,
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
    headers = {"Content-Disposition": 'attachment; filename="handed-in.bin"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


def people(request: Request) -> Response:
    """The students, and how to let them in."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        return _people(request, session, person)


def _people(
    request: Request,
    session: Session,
    person: Person,
    *,
    said: str = "",
    links: Mapping[int, str] | None = None,
    status: int = 200,
) -> Response:
    students = list(session.scalars(select(Person).where(Person.role == "student")))
    students.sort(key=lambda one: (one.name.lower(), one.email.lower()))
    return render(
        request,
        "staff/people.html",
        person,
        status=status,
        students=students,
        said=said,
        links=links or {},
    )


async def add_people(request: Request) -> Response:
    """Add the students of a roster, uploaded or pasted."""
    async with request.form(max_files=1, max_fields=5, max_part_size=4 << 20) as form:
        check_form(request, str(form.get(FORM_TOKEN, "")))
        upload, text = form.get("roster"), str(form.get("pasted", ""))
        if isinstance(upload, UploadFile) and upload.filename:
            text = (await upload.read()).decode("utf-8-sig", "replace")
    return await run_in_threadpool(_add_people, request, text)


def _add_people(request: Request, text: str) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        try:
            new, known = enrol(session, read_roster(text))
        except UsageError as error:
            return _people(request, session, person, said=f"Nobody was added: {error}.", status=422)
        said = f"{new} students were added; {known} were here already."
        return _people(request, session, person, said=said)


async def make_links(request: Request) -> Response:
    """New links for all students, shown once, to be printed or mailed."""
    async with request.form(max_files=0, max_fields=5) as form:
        check_form(request, str(form.get(FORM_TOKEN, "")))
    return await run_in_threadpool(_make_links, request)


def _make_links(request: Request) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        links = {
            student.id: f"{service.settings.public_url}/enter/"
            f"{service.doors.invite(session, student.id)}"
            for student in session.scalars(select(Person).where(Person.role == "student"))
        }
        return _people(request, session, person, links=links)


async def make_token(request: Request) -> Response:
    """A new token for the API, shown once."""
    async with request.form(max_files=0, max_fields=5) as form:
        check_form(request, str(form.get(FORM_TOKEN, "")))
        note = str(form.get("note", ""))[:200]
    return await run_in_threadpool(_make_token, request, note)


def _make_token(request: Request, note: str) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        secret = service.doors.make_token(session, person.id, note)
        return render(request, "staff/token.html", person, secret=secret)


def _submission(request: Request, session: Session) -> Submission:
    submission = session.get(Submission, request.path_params["submission"])
    if submission is None:
        raise HTTPException(404)
    return submission
