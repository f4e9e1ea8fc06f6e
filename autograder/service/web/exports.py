"""What staff take away: the report, tables for spreadsheets, Gradescope's results, LMS forms."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from autograder.exercise.bundle import pack
from autograder.reports.book import Book
from autograder.reports.grades_csv import grades_csv
from autograder.reports.gradescope import results
from autograder.reports.page import class_page as class_page_html
from autograder.reports.page.frame import policy
from autograder.service.classbook import class_book
from autograder.service.service import Service
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.replies import attachment
from autograder.service.web.student import opened


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}"
    return [
        Route(f"{base}/report", report),
        Route(f"{base}/grades.csv", grades),
        Route(f"{base}/results.zip", all_results),
    ]


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
    return attachment(text.encode(), "text/csv; charset=utf-8", f"{name}-grades.csv")


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
