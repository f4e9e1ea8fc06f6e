"""The page of wrong answers: give one a word and a credit, see what that changes, then keep it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.errors import SpecError
from autograder.exercise.bundle import bundle_files
from autograder.exercise.model import Exercise
from autograder.service.again import grade_class
from autograder.service.amend import Known, amended, difference, takes_mistakes
from autograder.service.gradings import class_graded
from autograder.service.service import Service
from autograder.service.web.forms import points_for, posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.student import opened
from autograder.service.web.view import render
from autograder.service.wrong import effects, wrong_answers


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}/wrong"
    return [
        Route(base, wrong_page, methods=["GET"]),
        Route(base, amend, methods=["POST"]),
    ]


def wrong_page(request: Request) -> Response:
    """The wrong answers to each question, the most frequent first."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        graded = class_graded(service.exercises, session, exercise.id)
        found = wrong_answers(exercise, graded)
    return render(
        request,
        "staff/wrong.html",
        person,
        exercise=exercise,
        found=found,
        takes_mistakes=takes_mistakes,
    )


@posted(max_fields=10)
def amend(request: Request, values: Mapping[str, str]) -> Response:
    """Show what a new word on an answer would change, or keep it."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        version, exercise = opened(request, session)
        known = _known(exercise, values)
        try:
            files = amended(exercise, known)
        except SpecError as error:
            raise HTTPException(422, f"This cannot be added: {error}") from None
        if "keep" not in values:
            changed = effects(service.exercises, service.checkers, session, exercise, files, known)
            return render(
                request,
                "staff/amend.html",
                person,
                exercise=exercise,
                known=known,
                question=exercise.question(known.question),
                difference=difference(bundle_files(exercise), files),
                effects=changed,
                version_shown=version.id,
            )
    if values.get("version") != str(version.id):
        raise HTTPException(409, "The exercise has been changed meanwhile; look at it again.")
    with service.database.begin() as session:
        note = f"{known.question}: a known mistake was added"
        changed_to = service.exercises.change(session, version, files, note, person.called)
        grade_class(service.exercises, service.queue, session, changed_to, person.called)
    return RedirectResponse(f"/staff/exercises/{exercise.id}/changes", 303)


def _known(exercise: Exercise, values: Mapping[str, str]) -> Known:
    """The form's values.

    Raises:
        HTTPException: 422 with what is wrong with them.
    """
    question, credit = points_for(exercise, values)
    feedback = " ".join(values.get("feedback", "").split())[:2_000]
    if not takes_mistakes(question):
        raise HTTPException(422, f"{question.title} knows no mistakes that are formulas.")
    if not feedback:
        raise HTTPException(422, "Say something to who gave this answer.")
    return Known(question.id, values.get("answer", "")[:4_000], round(credit, 6), feedback)
