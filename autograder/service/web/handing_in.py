"""Takes in what a form hands in: stored, then acknowledged; refused in one line that loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.service.database import Database
from autograder.service.drafts import keep_draft
from autograder.service.hand_in import MOST_BYTES, MOST_FILES, accept, uploads_of
from autograder.service.live import LONGEST_ANSWER
from autograder.service.service import Service
from autograder.service.tables import Person, Submission
from autograder.service.web.asking import input_names, typed_answers
from autograder.service.web.forms import check_token
from autograder.service.web.guard import Rates, require
from autograder.service.web.student import form_page, opened

_MOST_FIELDS: Final = 1_000
_AGAIN: Final = "hand_in_again"


async def hand_in(request: Request) -> Response:
    """Store what was handed in, then say so: with a page, or to a script with its address."""
    async with request.form(
        max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=LONGEST_ANSWER * 4
    ) as form:
        check_token(request, form)
        # A question may be called `files`, too; its answer comes before them.
        texts = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
        typed = dict(reversed(texts))
        uploads = [value for value in form.getlist("files") if isinstance(value, UploadFile)]
        # What is too large is not even read.
        fits = sum(upload.size or 0 for upload in uploads) <= MOST_BYTES
        read = uploads if fits else []
        files = {upload.filename: await upload.read() for upload in read if upload.filename}
    return await run_in_threadpool(_hand_in, request, files, typed, fits)


def _hand_in(
    request: Request, files: Mapping[str, bytes], typed: Mapping[str, str], fits: bool
) -> Response:
    service: Service = request.app.state.service
    rates: Rates = request.app.state.rates
    with service.database.begin() as session:
        person = require(request, session)
        rates.take("hand in", str(person.id), burst=10, per_minute=4)
        version, exercise = opened(request, session)
        try:
            if not fits:
                raise UsageError(f"the files are larger than {MOST_BYTES >> 20} MiB together")
            files = files or _again(session, person, exercise, typed.get(_AGAIN, ""))
            answers = typed_answers(exercise, typed)
            identifier = accept(service.database, session, person.id, version, files, answers)
            _keep(service.database, session, person, exercise, typed)
        except UsageError as error:
            problem, status = f"Nothing was handed in: {error}.", 422 if fits else 413
            if _asks_by_script(request):
                return JSONResponse({"problem": problem}, status)
            return form_page(
                request, session, person, exercise, typed=typed, problem=problem, status=status
            )
    address = f"/submissions/{identifier}"
    if _asks_by_script(request):
        return JSONResponse({"address": address})
    return RedirectResponse(address, 303)


def _again(session: Session, person: Person, exercise: Exercise, earlier: str) -> dict[str, bytes]:
    """The files of a person's own earlier submission."""
    submission = session.get(Submission, earlier) if earlier else None
    if submission is None or (submission.person, submission.exercise) != (person.id, exercise.id):
        return {}
    return uploads_of(session, submission.id)


def _keep(
    database: Database,
    session: Session,
    person: Person,
    exercise: Exercise,
    typed: Mapping[str, str],
) -> None:
    """What was handed in stands in the form when its student comes back, with or without scripts."""
    names = {name for question in exercise.questions for name in input_names(question)}
    for name in sorted(names & set(typed)):
        keep_draft(database, session, person, exercise.id, name, typed[name])


def _asks_by_script(request: Request) -> bool:
    return "x-form-token" in request.headers
