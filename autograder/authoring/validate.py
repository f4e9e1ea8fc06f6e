"""Makes an exercise prove itself: its answers, its starter, its mutants, its known submissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from autograder.authoring.filled import lost_in_starters
from autograder.authoring.findings import Finding
from autograder.authoring.known import FOLDER, Known, known_submissions, mismatches
from autograder.authoring.prove import Proof, prove, prove_code
from autograder.authoring.template import template_files
from autograder.checks.catalogue import kind_of
from autograder.checks.code import CodeQuestion
from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.submission.collect import collect

TEMPLATE: Final = "template"
_SECONDS: Final = 3600.0


def validate(
    exercise: Exercise, session: Session, options: Options, *, quick: bool = False
) -> Iterator[Finding]:
    """Check an exercise whose spec has been loaded without errors, finding by finding.

    1. The starter is there and is what students get. 2. The right answers, filled into a starter of
    every format, get full marks. 3. Each written question judges the author's answers as the author
    says, keeps the credit of rewritings and takes it from mutants. 4. Each known submission gets
    what it should. 5. Mutants of the right submission's code are caught. With `quick`, no code runs:
    4 is left out for questions about code, and 5 altogether.

    An exercise needs a submission that is right and one that is wrong: without both, nothing shows
    that it tells them apart.
    """
    known = known_submissions(exercise)
    yield Finding("starter", tuple(_starter_problems(exercise)))
    filled = lost_in_starters(exercise, session, options)
    yield Finding("right answers in every notation", tuple(filled))
    tools = session.tools(
        exercise, seed=options.seed, seconds=_SECONDS, device="cpu", with_code=False
    )
    for question in exercise.questions:
        if next(question.model_answers(), None) is not None:
            yield _finding(prove(question, tools))
    yield Finding("known submissions", tuple(_missing(known)))
    if quick:
        written = [q.id for q in exercise.questions if not kind_of(q).needs_code]
        options = replace(options, select=" or ".join(written))
    for submission in known if not quick or options.select else ():
        graded = grade(exercise, [submission.folder], options, session=session)
        problems = tuple(mismatches(submission, graded))
        yield Finding(submission.name, problems, submission.expected.about)
    if not quick:
        yield from _code_findings(exercise, known, session, options)


def _finding(proof: Proof) -> Finding:
    return Finding(
        proof.question,
        tuple(proof.problems),
        mutants=proof.mutants,
        caught=proof.caught,
        survivors=tuple(proof.survivors),
        equal=tuple(proof.equal),
    )


def _code_findings(
    exercise: Exercise, known: list[Known], session: Session, options: Options
) -> Iterator[Finding]:
    """Mutants of the code of the submission that is right in everything."""
    right = next(filter(_is_right, known), None)
    # Training is an integration test: it shows that something learns, not what is wrong.
    questions = [
        question
        for question in exercise.questions
        if isinstance(question, CodeQuestion) and question.kind != "training"
    ]
    if right is None or not questions:
        return
    tools = session.tools(
        exercise, seed=options.seed, seconds=_SECONDS, device="cpu", with_code=True
    )
    ids = [question.id for question in exercise.questions]
    names = [question.name for question in questions]
    code = collect([right.folder], ids, notebook=exercise.code.notebook, names=names).sources
    for question in questions:
        yield _finding(prove_code(question, code, tools))


def _starter_problems(exercise: Exercise) -> Iterator[str]:
    """The starter must be there, and the submission `template` must be what students really get."""
    try:
        files = template_files(exercise)
    except UsageError as error:
        yield str(error)
        return
    for name, text in files.items():
        kept = exercise.folder / FOLDER / TEMPLATE / name
        if kept.is_file() and kept.read_text(encoding="utf-8") != text:
            yield f"{kept} is not what `autograder template` writes now; write it anew"


def _missing(known: list[Known]) -> Iterator[str]:
    if not any(_is_right(k) for k in known):
        yield "there is no submission that is right in everything (others: full)"
    if not any(_is_wrong(k) for k in known):
        yield "there is no wrong submission, so nothing shows that mistakes are caught"
    if not any(k.name == TEMPLATE for k in known):
        yield f"there is no submission {TEMPLATE!r}, the untouched starter that earns nothing"


def _is_right(known: Known) -> bool:
    """Whether a submission loses nothing; what a person decides is not lost."""
    listed = known.expected.questions.values()
    return known.expected.others == "full" and all(e.credit in (None, 1.0) for e in listed)


def _is_wrong(known: Known) -> bool:
    return known.name != TEMPLATE and any(
        expected.credit is not None and expected.credit < 1
        for expected in known.expected.questions.values()
    )
