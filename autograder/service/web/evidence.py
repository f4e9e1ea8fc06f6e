"""A submission opened: how each answer was read and decided, its files, and what was said before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.checks.outcome import Outcome
from autograder.reports.changes import Change
from autograder.reports.page.told import Told, to_staff
from autograder.service import blobs
from autograder.service.classbook import persons
from autograder.service.gradings import Graded, graded, withdrawal
from autograder.service.handed_in import shown_files
from autograder.service.piles import pile_key
from autograder.service.regraded import changes_of
from autograder.service.rubric import Ticked, ticked_in
from autograder.service.service import Service
from autograder.service.tables import Correction, File, Job, Person, Submission, Version
from autograder.service.web.forms import points_for, posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.replies import attachment
from autograder.service.web.showing import Shown, result_of
from autograder.service.web.view import render

# What is shown by itself, and not once more as data.
_SHOWN_APART: Final = frozenset(
    ("counterexample", "rubric", "first_guess", "answer", "model_answer", "curves",
     "reference_curves", "threshold")
)  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """One question with all that is known about its answer.

    `machine` is what the machine said, `pile` the key of the same answers of the class.
    """

    shown: Shown
    machine: Outcome | None
    ticked: Ticked
    pile: str

    @property
    def told(self) -> Told | None:
        """How it was decided, for staff."""
        return to_staff(self.machine) if self.machine else None

    @property
    def data(self) -> str:
        """What else the check has noted, as JSON."""
        data: Mapping[str, Any] = self.machine.data if self.machine else {}
        rest = {key: value for key, value in data.items() if key not in _SHOWN_APART}
        return json.dumps(rest, indent=2, ensure_ascii=False) if rest else ""


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/submissions/{submission}"
    return [
        Route(base, submission_page, methods=["GET"]),
        Route(base, correct, methods=["POST"]),
        Route(f"{base}/files", files_page),
        Route(f"{base}/files/{{name:path}}", download),
    ]


def submission_page(request: Request) -> Response:
    """Every question with its evidence and a place for a person's word, and the history."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        submission = submission_of(request, session)
        found = graded(service.exercises, session, submission)
        result = result_of(found, staff=True)
        return render(
            request,
            "staff/submission.html",
            person,
            exercise=found.exercise,
            submission=submission,
            student=session.get_one(Person, submission.person),
            job=found.job,
            made_with=found.machine.made_with if found.machine else {},
            seconds=found.machine.seconds if found.machine else 0.0,
            files=_files(session, submission),
            result=result,
            questions=_opened(found, result.shown),
            changes=_changes(service, session, found),
            **_history(session, submission),
        )


def _opened(found: Graded, shown: Sequence[Shown]) -> list[Opened]:
    machine = {o.question: o for o in found.machine.outcomes} if found.machine else {}
    return [
        Opened(
            one,
            machine.get(one.question.id) if one.outcome else None,
            ticked_in(one.word),
            pile_key(one.question, found),
        )
        for one in shown
    ]


def _changes(service: Service, session: Session, found: Graded) -> list[Change]:
    """What the last grading changed against the one before it."""
    done = select(Job).where(Job.submission == found.submission.id, Job.state == "done")
    before = session.scalar(done.order_by(Job.id.desc()).offset(1).limit(1))
    if before is None:
        return []
    version = session.get_one(Version, before.version)
    return list(changes_of(found, before, service.exercises.open(session, version)))


def _files(session: Session, submission: Submission) -> list[File]:
    of_it = select(File).where(File.submission == submission.id).order_by(File.name)
    return list(session.scalars(of_it))


def _history(session: Session, submission: Submission) -> dict[str, Any]:
    """The gradings, the words, and the student's other submissions."""
    jobs = session.execute(
        select(Job, Version)
        .join(Version, Version.id == Job.version)
        .where(Job.submission == submission.id)
        .order_by(Job.id.desc())
    ).all()
    said = select(Correction).where(Correction.submission == submission.id)
    words = list(session.scalars(said.order_by(Correction.id.desc())))
    own = Submission.person == submission.person, Submission.exercise == submission.exercise
    others = select(Submission).where(*own).order_by(Submission.created.desc()).limit(50)
    return {
        "gradings": [(job, version) for job, version in jobs],
        "words": words,
        "speakers": persons(session, (word.by for word in words)),
        "others": list(session.scalars(others)),
    }


@posted(max_fields=10)
def correct(request: Request, values: Mapping[str, str]) -> Response:
    """Take a person's word on one question, or take words back."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        submission = submission_of(request, session)
        found = graded(service.exercises, session, submission)
        name = values.get("question", "")
        if "take-back" in values and name in found.words:
            session.add(withdrawal(service.database, session, submission.id, name, person))
            return RedirectResponse(f"/staff/submissions/{submission.id}#{name}", 303)
        question, credit = points_for(found.exercise, values)
        session.add(
            Correction(
                submission=submission.id,
                question=question.id,
                credit=credit,
                feedback=values.get("feedback", "").strip()[:4_000],
                by=person.id,
                created=service.database.now(session),
            )
        )
    return RedirectResponse(f"/staff/submissions/{submission.id}#{question.id}", 303)


def files_page(request: Request) -> Response:
    """The files as they can be read, with their lines, those in archives too."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        submission = submission_of(request, session)
        exercise = graded(service.exercises, session, submission).exercise
        shown, notes = shown_files(session, submission.id)
        return render(
            request,
            "staff/files.html",
            person,
            exercise=exercise,
            submission=submission,
            student=session.get_one(Person, submission.person),
            files=_files(session, submission),
            shown=shown,
            notes=notes,
        )


def download(request: Request) -> Response:
    """A file as it was handed in, never shown as a page."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        submission = submission_of(request, session)
        file = session.get(File, (submission.id, request.path_params["name"]))
        if file is None:
            raise HTTPException(404)
        data = blobs.get(session, file.blob)
    return attachment(data, "application/octet-stream", file.name)


def submission_of(request: Request, session: Session) -> Submission:
    """The submission of a request's path.

    Raises:
        HTTPException: 404 when there is none.
    """
    submission = session.get(Submission, request.path_params["submission"])
    if submission is None:
        raise HTTPException(404)
    return submission
