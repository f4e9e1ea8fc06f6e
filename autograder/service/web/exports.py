"""What staff take away: the report, tables for spreadsheets, Gradescope's results, LMS forms.

Canvas and Moodle take grades in a table that they exported: it is uploaded, and given back filled in.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from autograder.errors import UsageError
from autograder.exercise.bundle import pack
from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.grades_csv import grades_csv
from autograder.reports.gradescope import results
from autograder.reports.page import class_page as class_page_html
from autograder.reports.page.frame import policy
from autograder.reports.upload_forms import Form, canvas_form, moodle_form, sheet_of
from autograder.reports.upload_forms.sheet import MAX_BYTES
from autograder.service.classbook import class_book
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.forms import check_token
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.replies import attachment, spreadsheet
from autograder.service.web.student import opened
from autograder.service.web.view import render

_LONGEST_VALUE: Final = 4_000


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}"
    return [
        Route(f"{base}/exports", exports_page, methods=["GET"]),
        Route(f"{base}/exports", fill_in, methods=["POST"]),
        Route(f"{base}/report", report),
        Route(f"{base}/grades.csv", grades),
        Route(f"{base}/results.zip", all_results),
    ]


def exports_page(request: Request) -> Response:
    """What can be taken away."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
    return _page(request, person, exercise)


def _page(
    request: Request,
    person: Person,
    exercise: Exercise,
    *,
    system: str = "",
    form: Form | None = None,
    problem: str = "",
) -> Response:
    filled = base64.b64encode(form.text.encode()).decode() if form else ""
    return render(
        request,
        "staff/exports.html",
        person,
        status=422 if problem else 200,
        exercise=exercise,
        system=system,
        form=form,
        filled=filled,
        problem=problem,
    )


async def fill_in(request: Request) -> Response:
    """Give the table of a learning platform back with the points in it, and say what it changes."""
    async with request.form(max_files=1, max_fields=6, max_part_size=_LONGEST_VALUE) as sent:
        check_token(request, sent)
        upload = sent.get("sheet")
        sheet = None
        if isinstance(upload, UploadFile) and upload.filename:
            sheet = (await upload.read(MAX_BYTES + 1), upload.filename[:200])
        values = {name: str(sent.get(name, "")) for name in ("system", "column")}
    return await run_in_threadpool(_fill_in, request, values, sheet)


def _fill_in(
    request: Request, values: Mapping[str, str], sheet: tuple[bytes, str] | None
) -> Response:
    service: Service = request.app.state.service
    system = values["system"]
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        if system not in ("canvas", "moodle"):
            raise HTTPException(422, "The table is Canvas's or Moodle's.")
        try:
            if sheet is None or len(sheet[0]) > MAX_BYTES:
                raise UsageError(f"choose the table that {system.title()} exported")
            table = sheet_of(*sheet)
            book = class_book(service.exercises, session, exercise)
            form = (
                canvas_form(book, table, column=values["column"].strip())
                if system == "canvas"
                else moodle_form(book, table)
            )
        except UsageError as error:
            # The command line has an option where the page has a field.
            said = str(error).replace("with --canvas-column", "in the field below")
            return _page(request, person, exercise, system=system, problem=said)
    return _page(request, person, exercise, system=system, form=form)


def report(request: Request) -> Response:
    """The report of the class, as `autograder grade` writes it, with persons' words in it."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        book = _book(request, session)
    # It brings its own style and script, which its own policy names.
    headers = {"Content-Security-Policy": policy()}
    return HTMLResponse(class_page_html(book, {}), headers=headers)


def grades(request: Request) -> Response:
    """The grades as a table for a spreadsheet."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        text = grades_csv(_book(request, session))
    name = request.path_params["exercise"]
    return spreadsheet(text, f"{name}-grades.csv")


def all_results(request: Request) -> Response:
    """Every student's results.json, as Gradescope reads it."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        book = _book(request, session)
    files = {
        f"{entry.id}/results.json": json.dumps(results(entry.grade), indent=2).encode()
        for entry in book.entries
        if entry.grade is not None
    }
    name = request.path_params["exercise"]
    return attachment(pack(files), "application/zip", f"{name}-results.zip")


def _book(request: Request, session: Session) -> Book:
    service: Service = request.app.state.service
    _, exercise = opened(request, session)
    return class_book(service.exercises, session, exercise)
