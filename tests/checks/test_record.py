"""A grade survives being written as data and read again, and damage is noticed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.checks.record import grade_record, read_grade
from autograder.grading.grade import grade
from tests.conftest import PS09


def test_a_grade_comes_back_as_it_was(ps09: Any, session: Any) -> None:
    graded = grade(ps09, [PS09 / "submissions" / "theory-slips"], session=session)
    written = json.dumps(grade_record(graded))
    again = read_grade(json.loads(written), ps09)
    assert json.dumps(grade_record(again)) == written
    assert again.points == graded.points
    assert again.waiting == graded.waiting
    assert [o.details for o in again.outcomes] == [o.details for o in graded.outcomes]


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"outcomes": [{"question": "mlp"}], "notes": [], "made_with": {}, "seconds": 1},
        {"outcomes": [{"outcome": "perfect"}], "notes": [], "made_with": {}, "seconds": 1},
        {"outcomes": [], "notes": [], "made_with": {}},
        {
            "outcomes": [{"outcome": "wrong", "question": "mlp", "credit": 0, "line": "", "x": 1}],
            "notes": [],
            "made_with": {},
            "seconds": 1,
        },
    ],
)
def test_a_damaged_record_is_refused(ps09: Any, record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not the record"):
        read_grade(record, ps09)
