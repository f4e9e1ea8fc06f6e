"""Complex values: principal branches, exact where they are exact, undefined nowhere by accident."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import acb, fmpq

from autograder.symbolic.arithmetic import at_precision, differ
from autograder.symbolic.balls import Complex
from autograder.symbolic.complexes import Complexes, gaussian
from autograder.symbolic.domain import parse_domain
from autograder.symbolic.evaluate import Evaluator, NoMembers, NoValue, Undefined
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.table import SymbolTable

TABLE = SymbolTable({name: parse_domain("complex") for name in "zw"}, open=True)


def evaluator() -> Evaluator[Complex]:
    """At a point whose values are made anew at every precision."""
    z, w = gaussian(Fraction(3), Fraction(4)), gaussian(Fraction(1, 3), Fraction(-2))
    return Evaluator(Complexes(), {"z": z, "w": w}, NoMembers())


def value(text: str) -> Complex:
    node = parse_formula(text, TABLE)
    return at_precision(lambda: evaluator().value(node))


def differs(left: str, right: str) -> bool:
    nodes = [parse_formula(text, TABLE) for text in (left, right)]
    computes = [lambda node=node: evaluator().value(node) for node in nodes]
    return differ(*computes)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("i^2", -1),
        ("(1+i)(1-i)", 2),
        ("|z|", 5),
        ("re(z)", 3),
        ("im(z)", 4),
        ("z conjugate(z)", 25),
    ],
)
def test_what_is_rational_is_exact(text: str, exact: int) -> None:
    assert value(text) == fmpq(exact)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sqrt(-4)", "2i"),
        ("sqrt(-2)", "i sqrt(2)"),
        ("e^{i pi}", "-1"),
        ("log(-1)", "i pi"),
        ("i^i", "exp(-pi/2)"),
        ("1/z", "conjugate(z)/|z|^2"),
        ("e^(i w)", "cos(w) + i sin(w)"),
        (r"\sqrt[3]{-8}", "1 + i sqrt(3)"),
        ("(-8)^(1/3)", "1 + i sqrt(3)"),
        ("asin(2)", "pi/2 - i log(2 + sqrt(3))"),
        ("arg(i)", "pi/2"),
        ("sqrt(z)", "2 + i"),
        ("cosh(i w)", "cos(w)"),
    ],
)
def test_equal_values(left: str, right: str) -> None:
    assert not differs(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("sqrt(z^2)", "|z|"), ("1/z", "z/|z|^2"), ("log(z^6)", "6 log(z)"), ("z", "conjugate(z)")],
)
def test_different_values(left: str, right: str) -> None:
    assert differs(left, right)


@pytest.mark.parametrize("text", ["1/(z - 3 - 4i)", "log(0)", "max(z, 1)", "floor(z)", "arg(0)"])
def test_what_has_no_value(text: str) -> None:
    with pytest.raises(NoValue):
        value(text)


def test_in_a_real_question_the_root_of_a_negative_number_is_undefined() -> None:
    from autograder.symbolic.arithmetic import Reals

    with pytest.raises(Undefined):
        Evaluator(Reals(), {}, NoMembers()).value(parse_formula("sqrt(-4)", SymbolTable()))


def test_a_gaussian_without_imaginary_part_is_rational() -> None:
    assert gaussian(Fraction(1, 3), Fraction(0)) == fmpq(1, 3)
    assert isinstance(gaussian(Fraction(1), Fraction(1)), acb)
