"""Equal is equal and different is different, on the domain, with evidence."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.symbolic.cache import VerdictCache
from autograder.symbolic.compare import Comparer
from autograder.symbolic.conditions import parse_condition
from autograder.symbolic.prover import Prover
from autograder.symbolic.reader import parse_formula, read_answer, read_expression
from autograder.symbolic.table import SymbolTable
from tests.symbolic.tables import CONVOLUTION, OPTIMIZERS, table_of

EQUAL = [
    ("c*(1 - beta^t)/(1 - beta)", "c*sum_{k=0}^{t-1} beta^k"),
    ("c*(1 - beta^t)/(1 - beta)", "c*(beta^t - 1)/(beta - 1)"),
    (
        "-eta*c/(1-beta)*(t + 1 - (1-beta^(t+1))/(1-beta))",
        "-eta*c/(1-beta)*(t - beta*(1-beta^t)/(1-beta))",
    ),
    (
        "-eta*c/(1-beta)*(t + 1 - (1-beta^(t+1))/(1-beta))",
        "-eta*sum_{j=1}^{t} c*sum_{k=0}^{j-1} beta^k",
    ),
    ("c*(1 - beta_1^t)/(1 - beta_1^t)", "c"),
    ("floor((W_in + 2*P - K)/S) + 1", "ceil((W_in + 2*P - K + 1)/S)"),
    ("floor((W_in + 2*P - K)/S) + 1", "floor((W_in + 2*P - K + S)/S)"),
    ("floor((W_in + 2*P - K)/S) + 1", "(W_in + 2P - K)//S + 1"),
    ("abs(c)", "c"),
    ("log(c^2)", "2 ln c"),
    ("sqrt(c^2)", "c"),
    ("sqrt(c)*sqrt(c)", "c"),
    ("exp(c + eta)", "e^c e^eta"),
    ("sin(t)^2 + cos(t)^2", "1"),
    ("2^(2 t)", "4^t"),
    ("max(c, 0)", "relu(c)"),
    ("factorial(t)", "prod_{k=1}^{t} k"),
    ("harmonic(t)", "sum_{k=1}^{t} 1/k"),
    ("sum_{k=1}^{t} k", "t(t+1)/2"),
    ("1/3", "3^-1"),
    ("0.5 c", "c/2"),
]
DIFFERENT = [
    ("c*(1 - beta^t)/(1 - beta)", "c*(1 - beta^(t+1))/(1 - beta)"),
    ("c*(1 - beta^t)/(1 - beta)", "c*sum_{k=1}^{t-1} beta^k"),
    ("c*(1 - beta_1^t)", "c*(1 - beta_2^t)"),
    ("floor((W_in + 2*P - K)/S) + 1", "ceil((W_in + 2*P - K)/S) + 1"),
    ("floor((W_in + 2*P - K)/S) + 1", "(W_in + 2*P - K)/S + 1"),
    ("ceil(W_in/S)", "floor(W_in/S) + 1"),
    ("c", "-c"),
    ("c", "c + 1/1000000000000"),
    ("1/3", "0.3333333333"),
    ("(c + t + eta + 1)^30", "(c + t + eta + 1)^29"),
    ("t log t", "t log2(t)"),
    ("2 t^2 c", "2 t^2"),
    ("sqrt(c)", "c/2 + 1/2"),
]
ALL = {**OPTIMIZERS, **CONVOLUTION}


@pytest.fixture
def comparer(prover: Prover) -> Comparer:
    table = table_of(**ALL)
    return Comparer(table, [parse_condition("W_in + 2*P >= K", table)], prover=prover)


@pytest.mark.parametrize(("expected", "student"), EQUAL)
def test_equal_formulas(expected: str, student: str, comparer: Comparer) -> None:
    table = comparer.table
    verdict = comparer.compare(parse_formula(expected, table), read_expression(student, table).node)
    assert verdict.equal, verdict
    assert verdict.proof is not None
    assert verdict.evidence


@pytest.mark.parametrize(("expected", "student"), DIFFERENT)
def test_different_formulas_have_a_counterexample(
    expected: str, student: str, comparer: Comparer
) -> None:
    table = comparer.table
    verdict = comparer.compare(parse_formula(expected, table), read_expression(student, table).node)
    assert verdict.verdict == "different", verdict
    assert verdict.counterexample is not None
    assert verdict.counterexample.expected != verdict.counterexample.student


@pytest.mark.parametrize(("expected", "student"), EQUAL)
def test_equality_does_not_hang_on_the_prover(expected: str, student: str) -> None:
    table = table_of(**ALL)
    comparer = Comparer(table, [parse_condition("W_in + 2*P >= K", table)], prover=None)
    verdict = comparer.compare(parse_formula(expected, table), read_expression(student, table).node)
    assert verdict.equal, verdict


def test_the_counterexample_is_the_simplest_one(comparer: Comparer) -> None:
    expected = parse_formula("floor((W_in + 2*P - K)/S) + 1", comparer.table)
    student = parse_formula("floor((W_in + P - K)/S) + 1", comparer.table)
    example = comparer.compare(expected, student).counterexample
    assert example is not None
    assert example.point == {"K": "1", "P": "1", "S": "1", "W_in": "1"}
    assert (example.expected, example.student) == ("3", "2")


def test_a_gap_at_a_boundary_is_not_held_against_a_closed_form() -> None:
    table = table_of(S="positive integer", L="positive integer")
    verdict = Comparer(table).compare(
        parse_formula("sum_{k=0}^{L-1} S^k", table), parse_formula("(S^L - 1)/(S - 1)", table)
    )
    assert verdict.equal
    assert "no value" in verdict.evidence


def test_a_formula_without_any_value_is_different(comparer: Comparer) -> None:
    verdict = comparer.compare(
        parse_formula("c", comparer.table), parse_formula("c/(t - t)", comparer.table)
    )
    assert verdict.verdict == "different"
    assert "division by zero" in verdict.counterexample.student


def test_what_is_too_costly_to_decide_is_undecided(comparer: Comparer) -> None:
    table = comparer.table
    verdict = comparer.compare(
        parse_formula("c", table), parse_formula("c + sum_{k=1}^{10^12} floor(k/10^13)", table)
    )
    assert verdict.verdict == "undecided"


def test_conditions_restrict_the_domain() -> None:
    table = table_of(x="real", y="real")
    pair = parse_formula("abs(x - y)", table), parse_formula("x - y", table)
    assert Comparer(table).compare(*pair).verdict == "different"
    assert Comparer(table, [parse_condition("x >= y", table)]).compare(*pair).equal


def test_sympy_is_asked_where_algebra_does_not_reach(comparer: Comparer) -> None:
    table = table_of(x="in (0, 1)")
    verdict = Comparer(table, prover=comparer.prover).compare(
        parse_formula("atan(x) + atan((1 - x)/(1 + x))", table), parse_formula("pi/4", table)
    )
    assert verdict.proof in ("sympy", "numeric")


def test_exact_algebra_proves_the_closed_forms(comparer: Comparer) -> None:
    table = comparer.table
    verdict = comparer.compare(
        parse_formula("-eta*c/(1-beta)*(t + 1 - (1-beta^(t+1))/(1-beta))", table),
        parse_formula("-eta*c/(1-beta)*(t - beta*(1-beta^t)/(1-beta))", table),
    )
    assert verdict.proof == "exact"


def test_spellings_of_one_symbol_are_one_symbol() -> None:
    table = SymbolTable(table_of(beta_1="in (0, 1)").symbols)
    left, right = (read_expression(text, table).node for text in (r"\beta_{1}", "beta1"))
    assert Comparer(table).compare(left, right).proof == "structural"


def test_a_decimal_is_a_third_only_under_a_declared_tolerance() -> None:
    table = table_of(x="real")
    pair = parse_formula("x/3", table), parse_formula("0.33333333 x", table)
    assert Comparer(table).compare(*pair).verdict == "different"
    verdict = Comparer(table, tolerance=Fraction(1, 10**6)).compare(*pair)
    assert verdict.equal
    assert "within a relative 1e-06" in verdict.evidence
    wrong = parse_formula("0.3333 x", table)
    assert not Comparer(table, tolerance=Fraction(1, 10**6)).compare(pair[0], wrong).equal


def test_identical_answers_are_judged_once() -> None:
    cache = VerdictCache(most=2)
    table = table_of(x="real")
    left, right = parse_formula("x + x", table), parse_formula("2 x", table)
    first = Comparer(table, cache=cache).compare(left, right)
    assert Comparer(table, cache=cache).compare(left, right) is first
    assert Comparer(table, seed=1, cache=cache).compare(left, right) is not first
    for text in ("3 x", "4 x", "5 x"):
        Comparer(table, cache=cache).compare(left, parse_formula(text, table))
    assert Comparer(table, cache=cache).compare(left, right) is not first


def test_no_value_at_usual_points_is_a_difference() -> None:
    table = table_of(x="nonzero real", u="positive")
    comparer = Comparer(table)
    assert comparer.compare(*(parse_formula(t, table) for t in ("log(x^2)", "2 log(abs(x))"))).equal
    verdict = comparer.compare(*(parse_formula(t, table) for t in ("log(x^2)", "2 log(x)")))
    assert verdict.verdict == "different"
    assert verdict.counterexample is not None
    assert comparer.compare(*(parse_formula(t, table) for t in ("log(u^2)", "2 log(u)"))).equal


@pytest.mark.parametrize(
    ("expected", "student", "equal"),
    [
        ("1/(1 - r)", "sum_{k=0}^{oo} r^k", True),
        ("1/(1 + r)", "sum_{k=0}^{oo} r^k", False),
        ("2 x", r"\lim_{h \to 0} \frac{(x+h)^2 - x^2}{h}", True),
        ("x", r"\lim_{h \to 0} \frac{(x+h)^2 - x^2}{h}", False),
        ("1/(n + 1)", r"\int_{0}^{1} x^n \, dx", True),
        ("1/n", r"\int_{0}^{1} x^n \, dx", False),
    ],
)
def test_sums_without_end_limits_and_integrals(expected: str, student: str, equal: bool) -> None:
    table = table_of(x="real", r="in (-1, 1)", n="positive integer")
    verdict = Comparer(table).compare(
        read_answer(expected, table).node, read_answer(student, table).node
    )
    assert verdict.verdict == ("equal" if equal else "different")
