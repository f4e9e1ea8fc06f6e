"""Derivatives by rule agree with difference quotients, and have no value where there is a kink."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from autograder.symbolic.arithmetic import Reals, ball, exact
from autograder.symbolic.calculus import NotDifferentiable, differentiate
from autograder.symbolic.evaluate import Evaluator, NoMembers, NoValue
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Node

TABLE = SymbolTable(open=True)


def value(node: Node, x: float) -> float:
    evaluator = Evaluator(Reals(), {"x": exact(Fraction(x)), "n": exact(Fraction(3))}, NoMembers())
    return float(ball(evaluator.value(node)))


@pytest.mark.parametrize(
    "text",
    [
        "x^3 - 2x + 1",
        "n x^n",
        "n^x",
        "x^x",
        "1/x + 3/(x^2 + 1)",
        "x exp(-x^2)",
        "log(x)/x",
        "log(x, 2)",
        "sqrt(x^2 + 1)",
        "root(x, 3)",
        "sin(x) cos(2x) tan(x)",
        "sinh(x) + cosh(x) tanh(x)",
        "asin(x/4) + acos(x/4) + atan(x)",
        "sigmoid(3x) + softplus(x)",
        "relu(x - 1) + |x - 2| + max(x, x^2) + min(x, 2)",
        "sum_{k=0}^{n} k x^k",
    ],
)
@pytest.mark.parametrize("x", [0.5, 1.25, 2.75])
def test_a_derivative_is_the_slope(text: str, x: float) -> None:
    node = parse_formula(text, TABLE)
    step = 2.0**-20
    slope = (value(node, x + step) - value(node, x - step)) / (2 * step)
    assert math.isclose(value(differentiate(node, "x"), x), slope, rel_tol=1e-6, abs_tol=1e-6)


def test_higher_orders() -> None:
    node = differentiate(parse_formula("x^5", TABLE), "x", 3)
    assert value(node, 2.0) == 60 * 4


def test_at_a_kink_there_is_no_value() -> None:
    with pytest.raises(NoValue):
        value(differentiate(parse_formula("relu(x)", TABLE), "x"), 0.0)


def test_what_has_no_derivative_is_refused() -> None:
    with pytest.raises(NotDifferentiable):
        differentiate(parse_formula("floor(x)", TABLE), "x")
