"""What is said of a wrong formula: true, and nothing where nothing simple holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.symbolic.compare import Comparer
from autograder.symbolic.diagnose import diagnose
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.sample import Point
from tests.symbolic.tables import CONVOLUTION, OPTIMIZERS, table_of

OTHERS = {
    "n": "positive integer",
    "d": "positive integer",
    "sigma": "positive real",
    "p": "in (0, 1)",
    "theta": "real",
    "x": "real",
}
TABLE = table_of(**OPTIMIZERS, **CONVOLUTION, **OTHERS)
WIDTH = "floor((W_in + 2*P - K)/S) + 1"


@pytest.mark.parametrize(
    ("expected", "student", "words"),
    [
        ("c*(1 - beta^t)", "-c*(1 - beta^t)", "opposite sign"),
        ("c*t", "3*c*t", "3 times"),
        ("c*t", "c*t/2", "1/2 times"),
        ("c*t", "c*t - 1", "1 less"),
        ("c*t", "c*t + 5/2", "5/2 more"),
        ("p", "1 - p", "1 minus the right one"),
        ("sqrt(2/d)", "1/sqrt(d)", "sqrt(1/2) times"),
        ("pi*x", "x", "divided by π"),
        ("log(n)", "log(n, 2)", "base 2; here they are natural"),
        ("log(n, 2)", "log(n)", "natural ones; here they have base 2"),
        ("log(n)", "log(n, 10)", "base 10; here they are natural"),
        ("sin(pi*x/180)*0 + pi*x/180", "x", "in degrees where radians"),
        ("n/d", "d/n", "reciprocal of the right one"),
        ("sqrt(2/d)", "2/d", "square of the right one"),
        ("n*d", "sqrt(n*d)", "square root of the right one"),
        ("log(n)", "n", "exponential of the right one"),
        ("exp(-n)", "-n", "logarithm of the right one"),
        ("c*(1 - beta^t)", "c*(1 - beta^(t+1))", "t is off by one"),
        ("c*(1 - beta^t)", "c*(1 - beta^(t-1))", "t is off by one"),
        ("sum_{k=1}^n 1/k", "sum_{k=1}^{n-1} 1/k", "n is off by one"),
        ("sum_{k=1}^n k", "sum_{k=0}^n (k + 0*k) - 1 + 1 + 0", None),
        ("sum_{k=1}^n x^k*n", "sum_{k=1}^{n-1} x^k*n", "ends one term too early"),
        ("sum_{k=1}^n x^k", "sum_{k=0}^n x^k", "1 more"),
        ("sum_{k=1}^n 2^(x*k)*d", "sum_{k=2}^n 2^(x*k)*d", "starts one term too late"),
        ("c*(1 - beta_1^t)", "c*(1 - beta_2^t)", "beta_2 where another symbol belongs"),
        (WIDTH, "floor((W_in + 2*P - S)/K) + 1", "swapped K and S"),
        ("c*(1 - beta^t)/(1 - beta)", "c*(1 - beta^t)", "1 - β times the right one"),
        ("c*(1 - beta^t)", "c*(1 - beta^t)/(1 - beta)", "divided by (1 - β)"),
        ("-eta*t", "-eta*c*t", "c times the right one"),
        ("-eta*t", "eta*c*t", "c times the right one, with the opposite sign"),
        ("c^2*(1 - beta^t)", "c*(1 - beta^t)", "divided by c"),
        (WIDTH, "ceil((W_in + 2*P - K)/S) + 1", "round up where it is rounded down"),
        (WIDTH, "(W_in + 2*P - K)/S + 1", "rounding down is missing"),
        (WIDTH, "round((W_in + 2*P - K)/S) + 1", "round to the nearest"),
        (WIDTH, "floor((W_in - 2*P - K)/S) + 1", "the wrong sign"),
        (WIDTH, "floor((W_in - K)/S) + 1", "A term is missing"),
        (WIDTH, "floor((W_in + P - K)/S) + 1", "A factor is missing"),
        (WIDTH, "floor((W_in + 2*P - K + t)/S) + 1", "a term too many"),
        ("sin(theta)", "cos(theta)", "cos where sin belongs"),
        ("abs(x) + theta", "x + theta", "absolute value is missing"),
        ("c*t*eta*theta", "c^2*t + theta^2", "does not depend on eta"),
        ("1/4", "4", "Your number is upside down"),
        ("1/4", "3/4", "1 minus the right one"),
        ("5", "-5", "opposite sign"),
        ("25", "50", "2 times"),
    ],
)  # fmt: skip
def test_what_separates_two_formulas(expected: str, student: str, words: str | None) -> None:
    pair = parse_formula(expected, TABLE), parse_formula(student, TABLE)
    line = diagnose(Comparer(TABLE), *pair)
    if words is None:
        return
    assert line is not None
    assert words in line, line


@pytest.mark.parametrize(
    ("expected", "student"),
    [
        ("c*(1 - beta^t)", "c^2*(1 - beta)^t"),
        ("2*sigma^2*d", "sigma^2*d + 1"),
        ("7/3", "11/5"),
        ("x^3 + theta", "x^2 + theta^2"),
    ],
)
def test_nothing_is_made_up(expected: str, student: str) -> None:
    pair = parse_formula(expected, TABLE), parse_formula(student, TABLE)
    assert diagnose(Comparer(TABLE), *pair) is None


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many symbols and slow sums: a bounded number of evaluations, whatever they are."""
    slow = "sum_{k=1}^{n} sum_{j=1}^{n} sin(k*j*theta)*floor(x*k/(1 + S)) + K*P - W_in*eta*beta"
    comparer = Comparer(TABLE)
    expected = parse_formula(slow, TABLE)
    student = parse_formula(f"cos(x)*({slow}) + 1/(1 + d^2) + c*t + p*sigma", TABLE)
    comparer.points(frozenset())
    evaluations, make = [], Point.evaluator

    def counted(point: Point) -> object:
        evaluations.append(point)
        return make(point)

    monkeypatch.setattr(Point, "evaluator", counted)
    assert diagnose(comparer, expected, student) is None
    assert 100 < len(evaluations) <= 700


@settings(max_examples=60, deadline=None)
@given(
    factor=st.fractions(min_value=-9, max_value=9, max_denominator=9),
    shift=st.fractions(min_value=-9, max_value=9, max_denominator=9),
)
def test_a_factor_and_a_constant_are_told_as_they_are(factor, shift) -> None:
    expected = parse_formula("c*(1 - beta^t) + x^2", TABLE)
    if factor not in (0, 1):
        student = parse_formula(f"({factor})*(c*(1 - beta^t) + x^2)", TABLE)
        line = diagnose(Comparer(TABLE), expected, student)
        assert line is not None
        assert ("opposite" if factor == -1 else f"is {factor} times") in line
    if shift:
        student = parse_formula(f"c*(1 - beta^t) + x^2 + ({shift})", TABLE)
        line = diagnose(Comparer(TABLE), expected, student)
        assert line is not None
        assert str(abs(shift)) in line


def test_a_formula_that_only_lacks_values_is_not_a_multiple() -> None:
    table = table_of(x="real")
    pair = parse_formula("log(x^2)", table), parse_formula("2*log(x)", table)
    line = diagnose(Comparer(table), *pair)
    assert line is not None
    assert line.startswith("Your formula is right wherever it has a value")
