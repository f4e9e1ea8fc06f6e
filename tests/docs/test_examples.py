"""Every example of the documentation is a whole exercise that proves itself."""

from __future__ import annotations

import pytest

from autograder.authoring.validate import validate
from autograder.checks.catalogue import load
from autograder.grading.grade import Options
from autograder.grading.session import Session
from tests.conftest import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "docs" / "examples").glob("*/exercise.yaml"))


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_validates(folder, session: Session) -> None:
    findings = list(validate(load(folder), session, Options()))
    assert findings
    assert {f.subject: f.problems for f in findings if f.problems} == {}
