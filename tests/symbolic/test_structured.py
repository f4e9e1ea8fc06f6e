"""Tuples, sets, intervals, matrices, equations and inequalities get their verdicts."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.symbolic.compare import Comparer, Verdict
from autograder.symbolic.reader import parse_formula, read_answer, read_expression
from tests.symbolic.tables import table_of

TABLE = table_of(
    a="real", b="real", x="real", y="real", n="positive integer", z="complex", c="positive"
)
EQUAL = [
    ("(a + b, a - b)", "(b + a, -(b - a))"),
    ("{1, 2, 3}", "{3, 1, 2, 6/2}"),
    ("{-sqrt(2), sqrt(2)}", "{2/sqrt(2), -2/sqrt(2)}"),
    ("[0, 1)", "[0, 2/2)"),
    ("(-oo, 3]", r"(-\infty, 3]"),
    ("[[a, b], [x, y]] + [[1, 0], [0, 1]]", "[[a + 1, b], [x, y + 1]]"),
    ("[[1, 2], [3, 4]]*[[0, 1], [1, 0]]", "[[2, 1], [4, 3]]"),
    ("det([[a, b], [x, y]])", "a y - b x"),
    ("x^2 + y^2 = 1", "2 x^2 + 2 y^2 = 2"),
    ("a x + b y = c", "c - a x = b y"),
    ("x > 3", "2 x > 6"),
    ("-2 x <= 6", "x >= -3"),
    ("z conjugate(z)", "abs(z)^2"),
]
DIFFERENT = [
    ("(1, 2)", "(2, 1)"),
    ("(1, 2)", "(1, 2, 3)"),
    ("{1, 2}", "{1, 3}"),
    ("{a, b}", "{a}"),
    ("[0, 1)", "[0, 1]"),
    ("(-oo, 3]", "(-oo, 4]"),
    ("[[1, 2], [3, 4]]", "[[1, 3], [2, 4]]"),
    ("[[1, 2]]", "[[1], [2], [3]]"),
    ("x^2 + y^2 = 1", "x^2 - y^2 = 1"),
    ("y = 2 x + 1", "y = 2 x - 1"),
    ("x > 3", "x >= 3"),
    ("x > 3", "x < 3"),
    ("sqrt(z^2)", "abs(z)"),
    ("1/z", "z/abs(z)^2"),
]


def compare(expected: str, student: str) -> Verdict:
    left, right = (read_answer(text, TABLE).node for text in (expected, student))
    return Comparer(TABLE, cache=None).compare(left, right)


@pytest.mark.parametrize(("expected", "student"), EQUAL)
def test_equal(expected: str, student: str) -> None:
    verdict = compare(expected, student)
    assert verdict.equal, verdict
    assert verdict.proof in ("structural", "exact"), verdict


@pytest.mark.parametrize(("expected", "student"), DIFFERENT)
def test_different(expected: str, student: str) -> None:
    verdict = compare(expected, student)
    assert verdict.verdict == "different", verdict
    assert verdict.evidence


def test_a_structure_inside_a_formula_is_undecided_and_ends() -> None:
    table = dataclasses.replace(table_of(W="positive integer"), open=True)
    student = read_expression("floo[[r]]*W", table).node
    assert Comparer(table).compare(parse_formula("W", table), student).verdict == "undecided"
