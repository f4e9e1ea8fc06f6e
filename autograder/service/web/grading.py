"""Grading by question: one pile of the same answers after the other, the rubric beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise, Question
from autograder.reports.page.told import to_staff
from autograder.service.classbook import persons
from autograder.service.gradings import withdrawal
from autograder.service.handed_in import written_answer
from autograder.service.piles import SHOWN, Pile, opened_answer, piles, said_before
from autograder.service.rubric import Item, Ticked, rubric_of, ticked_in, written
from autograder.service.service import Service
from autograder.service.standings import waiting_by_question
from autograder.service.tables import Correction, Person
from autograder.service.web.classlist import class_rows
from autograder.service.web.forms import points_for, posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.student import opened, question_of
from autograder.service.web.view import render

_LONGEST_WORD: Final = 4_000
_GIVEN: Final = {"all": 1.0, "nothing": 0.0}


@dataclass(frozen=True)
class _Form:
    """What the form of a pile holds: ticks, points where they are not the ticks', words."""

    items: tuple[Item, ...]
    points: str = ""
    feedback: str = ""
    is_shown: bool = True


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}/grade"
    return [
        Route(base, questions_page),
        Route(f"{base}/{{question}}", pile_page, methods=["GET"]),
        Route(f"{base}/{{question}}", keep, methods=["POST"]),
    ]


def questions_page(request: Request) -> Response:
    """The questions, with how many answers to each wait for a person."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        rows = class_rows(service, session, exercise.id)
    spoken = {question.id: 0 for question in exercise.questions}
    for row in rows:
        for name in row.graded.words if row.graded else ():
            spoken[name] = spoken.get(name, 0) + 1
    return render(
        request,
        "staff/questions.html",
        person,
        exercise=exercise,
        numbers=exercise.numbers(),
        waiting=waiting_by_question(exercise, rows),
        spoken=spoken,
    )


def pile_page(request: Request) -> Response:
    """One pile of the same answers: the one that the address names, or the first."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        exercise, question = _asked(request, session)
        show = _show(request.query_params)
        found = piles(service.glances, session, exercise.id, question, show)
        at = request.query_params.get("at", "")
        place = next((n for n, pile in enumerate(found) if pile.key == at), 0)
        form = None
        before = None
        if found:
            before = said_before(service.glances, session, question, found[place])
            form = _form_of(question, found[place].word or before)
        return _page(
            request,
            session,
            person,
            exercise,
            question,
            found,
            place,
            show,
            form,
            was_said=before is not None and found[place].word is None,
        )


def _page(
    request: Request,
    session: Session,
    person: Person,
    exercise: Exercise,
    question: Question,
    found: Sequence[Pile],
    place: int,
    show: str,
    form: _Form | None,
    *,
    was_said: bool = False,
    problem: str = "",
) -> Response:
    pile = found[place] if found else None
    service: Service = request.app.state.service
    machine = opened_answer(service.glances, session, question, pile) if pile else None
    return render(
        request,
        "staff/pile.html",
        person,
        status=422 if problem else 200,
        exercise=exercise,
        question=question,
        number=exercise.numbers()[question.id],
        shows=SHOWN,
        show=show,
        pile=pile,
        index=place + 1,
        count=len(found),
        answers=sum(len(one.members) for one in found),
        before=found[place - 1].key if place else "",
        after=found[place + 1].key if place + 1 < len(found) else "",
        machine=machine,
        text=_text(session, exercise, question, pile, machine) if pile and machine else "",
        told=to_staff(machine) if machine else None,
        students=persons(session, (m.submission.person for m in pile.members)) if pile else {},
        form=form,
        was_said=was_said,
        is_gone=_is_gone(request, found),
        problem=problem,
        model_answer=getattr(question, "model_answer", "") or getattr(question, "answer", ""),
    )


def _is_gone(request: Request, found: Sequence[Pile]) -> bool:
    """Whether the pile that was asked for is not there any more."""
    at = request.query_params.get("at", "")
    return "gone" in request.query_params or bool(at and at not in {pile.key for pile in found})


def _text(
    session: Session, exercise: Exercise, question: Question, pile: Pile, machine: Outcome
) -> str:
    """The answer as the student wrote it, out of the files where the grading does not hold it."""
    kept = machine.data.get("answer")
    if isinstance(kept, str) and kept:
        return kept
    found = written_answer(session, exercise, pile.members[0].submission.id, question.id)
    return found.text if found else ""


@posted(max_fields=120)
def keep(request: Request, values: Mapping[str, str]) -> Response:
    """Take a person's word on every answer of a pile, and go to the next one."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        exercise, question = _asked(request, session)
        show = _show(values)
        found = piles(service.glances, session, exercise.id, question, show)
        place = next((n for n, pile in enumerate(found) if pile.key == values.get("key")), None)
        here = f"/staff/exercises/{exercise.id}/grade/{question.id}?show={show}"
        if place is None:  # somebody else was quicker, or the student handed in anew
            return RedirectResponse(f"{here}&gone=1", 303)
        if "take-back" in values:
            for one in found[place].members:
                session.add(
                    withdrawal(service.database, session, one.submission.id, question.id, person)
                )
            return RedirectResponse(here, 303)
        form = _sent(question, values)
        try:
            credit = _credit(exercise, question, form, values)
        except HTTPException as error:
            return _page(
                request, session, person, exercise, question, found, place, show, form,
                problem=error.detail,
            )  # fmt: skip
        for one in found[place].members:
            session.add(
                Correction(
                    submission=one.submission.id,
                    question=question.id,
                    credit=credit,
                    feedback=form.feedback,
                    rubric=written(Ticked(form.items, form.is_shown)),
                    by=person.id,
                    created=service.database.now(session),
                )
            )
        later = [*found[place + 1 :], *found[:place]]
    return RedirectResponse(f"{here}&at={later[0].key}" if later else here, 303)


def _credit(
    exercise: Exercise, question: Question, form: _Form, values: Mapping[str, str]
) -> float:
    """The share of the points that a form gives: by a button, by points typed, or by the ticks.

    Raises:
        HTTPException: 422 when it gives none: nobody gets a zero because nothing was chosen.
    """
    if values.get("give") in _GIVEN:
        return _GIVEN[values["give"]]
    if form.points:
        return points_for(exercise, {"question": question.id, "points": form.points})[1]
    if not any(item.ticked for item in form.items):
        raise HTTPException(422, "Tick what the answer says, type the points, or choose a button.")
    return Ticked(form.items).credit


def _sent(question: Question, values: Mapping[str, str]) -> _Form:
    places = {n for n in range(len(rubric_of(question))) if f"tick-{n}" in values}
    return _Form(
        _given(rubric_of(question, places), values.get("give", "")),
        values.get("points", "").strip(),
        values.get("feedback", "").strip()[:_LONGEST_WORD],
        "is_shown" in values,
    )


def _given(items: tuple[Item, ...], give: str) -> tuple[Item, ...]:
    """The ticks as the buttons for all and for nothing leave them."""
    if give not in _GIVEN:
        return items
    return tuple(replace(item, ticked=give == "all") for item in items)


def _form_of(question: Question, word: Correction | None) -> _Form:
    """The form as it was kept, for the rubric as it is now."""
    if word is None:
        return _Form(rubric_of(question))
    kept = ticked_in(word)
    said = {item.says for item in kept.items if item.ticked}
    items = tuple(replace(item, ticked=item.says in said) for item in rubric_of(question))
    by_ticks = bool(items) and abs(Ticked(items).credit - word.credit) < 1e-6
    points = "" if by_ticks else f"{word.credit * question.points:g}"
    return _Form(items, points, word.feedback, kept.is_shown or not kept.items)


def _asked(request: Request, session: Session) -> tuple[Exercise, Question]:
    _, exercise = opened(request, session)
    return exercise, question_of(request, exercise)


def _show(values: Mapping[str, str]) -> str:
    show = values.get("show", "waiting")
    if show not in SHOWN:
        raise HTTPException(404)
    return show
