"""Expectations worked out by algebra, held against plain enumeration."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.symbolic.derivation import Hypotheses
from autograder.symbolic.moments import Moments, Randomness
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.sample import Point
from autograder.symbolic.tree import Number
from tests.symbolic.tables import table_of

TABLE = table_of(x="real", y="real", z="real", a="real")
# Three independent symbols, each with the same chance for every value.
VALUES = {
    "x": (Fraction(-1), Fraction(2)),
    "y": (Fraction(0), Fraction(1), Fraction(5)),
    "z": (Fraction(1, 2), Fraction(-3)),
}
MOMENTS = {
    (name, n): Number(sum((v**n for v in values), Fraction(0)) / len(values))
    for name, values in VALUES.items()
    for n in range(1, 9)
}

monomials = st.tuples(
    st.integers(-4, 4), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)
)
polynomials = st.lists(monomials, min_size=1, max_size=4).map(
    lambda terms: " + ".join(f"({c})*x^{i}*y^{j}*z^{k}*a^{m}" for c, i, j, k, m in terms)
)


def enumerated(text: str, a: int) -> Fraction:
    """The mean of a polynomial over all values, with equal chances."""
    node = parse_formula(text, TABLE)
    cases = list(itertools.product(*VALUES.values()))
    total = Fraction(0)
    for case in cases:
        symbols = {**dict(zip(VALUES, case, strict=True)), "a": Fraction(a)}
        total += Fraction(str(Point(symbols).evaluator().value(node)))
    return total / len(cases)


def worked_out(text: str, a: int) -> Fraction:
    randomness = Randomness(frozenset(VALUES), MOMENTS, independent=True)
    table = Hypotheses(randomness).extended(TABLE)
    moments = Moments(["x", "y", "z"], randomness, {"a": a})
    value = moments.value(parse_formula(text, table)).constant()
    assert value is not None
    return value


@settings(max_examples=60, deadline=None)
@given(text=polynomials, a=st.integers(-3, 3))
def test_means_are_those_of_an_enumeration(text: str, a: int) -> None:
    assert worked_out(f"E[{text}]", a) == enumerated(text, a)


@settings(max_examples=30, deadline=None)
@given(first=polynomials, second=polynomials, a=st.integers(-3, 3))
def test_variances_and_covariances_too(first: str, second: str, a: int) -> None:
    mean = enumerated(first, a)
    assert worked_out(f"Var[{first}]", a) == enumerated(f"({first})^2", a) - mean**2
    product = enumerated(f"({first})*({second})", a)
    assert worked_out(f"Cov[{first}, {second}]", a) == product - mean * enumerated(second, a)
