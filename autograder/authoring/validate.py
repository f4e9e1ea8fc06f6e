"""Makes an exercise prove itself: its spec, and every known submission's credit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring.known import Known, known_submissions, mismatches
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session


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
    yield Finding("known submissions", tuple(_missing(known)))
    for submission in known:
        graded = grade(exercise, [submission.folder], options, session=session)
        problems = tuple(mismatches(submission, graded))
        yield Finding(submission.name, problems, submission.expected.about)


def _missing(known: list[Known]) -> Iterator[str]:
    if not any(k.expected.others == "full" and not k.expected.questions for k in known):
        yield "there is no submission that is right in everything (others: full)"
    if not any(_is_wrong(k) for k in known):
        yield "there is no wrong submission, so nothing shows that mistakes are caught"
    if not any(k.name == "template" for k in known):
        yield "there is no submission 'template', the untouched starter that earns nothing"


def _is_wrong(known: Known) -> bool:
    return known.name != "template" and any(
        expected.credit is not None and expected.credit < 1
        for expected in known.expected.questions.values()
    )
