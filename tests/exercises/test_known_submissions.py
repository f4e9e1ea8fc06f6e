"""Every known submission of every shipped exercise gets what it must get."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from autograder.authoring.known import Known, known_submissions, mismatches
from autograder.checks.catalogue import load
from autograder.exercise.model import Exercise
from autograder.grading.grade import grade
from autograder.grading.session import Session
from autograder.reports import gradescope
from tests.conftest import ROOT

SCHEMA = json.loads((Path(gradescope.__file__).parent / "results.schema.json").read_text())
FOLDERS = sorted(path.parent for path in (ROOT / "exercises").glob("*/exercise.yaml"))
CASES = [(exercise, known) for exercise in map(load, FOLDERS) for known in known_submissions(exercise)]


@pytest.mark.parametrize(("exercise", "known"), CASES, ids=[f"{e.id}-{k.name}" for e, k in CASES])
def test_known_submission(exercise: Exercise, known: Known, session: Session) -> None:
    graded = grade(exercise, [known.folder], session=session)
    assert list(mismatches(known, graded)) == []
    jsonschema.validate(gradescope.results(graded), SCHEMA)
    assert not graded.failed_by_us


def test_there_are_enough_of_them() -> None:
    wrong = [k for _, k in CASES if k.expected.others != "full" or k.expected.questions]
    assert len(wrong) >= 12
