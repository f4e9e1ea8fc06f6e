from __future__ import annotations

import pytest

from autograder.symbolic.compare import Comparer
from autograder.symbolic.diagnose import diagnose
from autograder.symbolic.reader import parse_formula
from tests.symbolic.tables import OPTIMIZERS, table_of


@pytest.mark.parametrize(
    ("expected", "student", "words"),
    [
        ("c*(1 - beta^t)", "-c*(1 - beta^t)", "opposite sign"),
        ("c*t", "3*c*t", "3 times"),
        ("c*t", "c*t/2", "1/2 times"),
        ("c*t", "c*t - 1", "1 less"),
        ("c*t", "c*t + 5/2", "5/2 more"),
        ("c*(1 - beta^t)", "c*(1 - beta^(t+1))", "t is off by one"),
        ("c*(1 - beta^t)", "c*(1 - beta^(t-1))", "t is off by one"),
        ("c*t*eta", "c^2*t", "does not depend on eta"),
    ],
)
def test_what_separates_two_formulas(expected: str, student: str, words: str) -> None:
    table = table_of(**OPTIMIZERS)
    line = diagnose(Comparer(table), parse_formula(expected, table), parse_formula(student, table))
    assert line is not None
    assert words in line


def test_nothing_is_made_up() -> None:
    table = table_of(**OPTIMIZERS)
    pair = parse_formula("c*(1 - beta^t)", table), parse_formula("c^2*(1 - beta)^t", table)
    assert diagnose(Comparer(table), *pair) is None
