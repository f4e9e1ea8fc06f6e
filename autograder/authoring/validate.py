"""Makes an exercise prove itself: its spec, and every known submission's credit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from autograder.authoring.known import FOLDER, Known, known_submissions, mismatches
from autograder.authoring.template import template_files
from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session

TEMPLATE: Final = "template"


@dataclass(frozen=True)
class Finding:
    """What one check of an exercise gave; no problems means that it holds."""

    subject: str
    problems: tuple[str, ...] = ()
    about: str = ""


def validate(exercise: Exercise, session: Session, options: Options) -> Iterator[Finding]:
    """Check an exercise whose spec has been loaded without errors, finding by finding.

    An exercise needs a submission that is right and one that is wrong: without both, nothing shows
    that it tells them apart.
    """
    known = known_submissions(exercise)
    yield Finding("starter", tuple(_starter_problems(exercise)))
    yield Finding("known submissions", tuple(_missing(known)))
    for submission in known:
        graded = grade(exercise, [submission.folder], options, session=session)
        problems = tuple(mismatches(submission, graded))
        yield Finding(submission.name, problems, submission.expected.about)


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
