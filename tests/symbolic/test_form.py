"""The normal forms prove what is equal, and never what is not."""

from __future__ import annotations

import pytest

from autograder.symbolic.conditions import parse_condition
from autograder.symbolic.domain import parse_domain
from autograder.symbolic.form.prove import Facts, proved
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.table import SymbolTable

DOMAINS = {
    **dict.fromkeys(("n", "k", "m"), "nonnegative integer"),
    **dict.fromkeys("WKS", "positive integer"),
    "P": "nonnegative integer",
    **dict.fromkeys(("u", "v", "w"), "positive"),
    **dict.fromkeys(("x", "y", "z", "a", "b", "c"), "real"),
    "q": "in (0, 1)",
    "d": "integer",
}
TABLE = SymbolTable(
    {name: parse_domain(phrase) for name, phrase in DOMAINS.items()},
    {"X": parse_domain("real"), "Y": parse_domain("real")},
)

PATIENCE = 20.0
EQUAL = {
    "polynomials": [
        ("(x^2 - 1)/(x - 1)", "x + 1"),
        ("(a + b)^3 - (a - b)^3", "6 a^2 b + 2 b^3"),
    ],
    "surds": [
        ("sqrt(12)", "2 sqrt(3)"),
        ("1/(1 + sqrt(2))", "sqrt(2) - 1"),
        ("sqrt(5 + 2 sqrt(6))", "sqrt(2) + sqrt(3)"),
        ("root(7 + 5 sqrt(2), 3)", "1 + sqrt(2)"),
        ("sqrt(x^2)", "abs(x)"),
        ("sqrt(u) root(u, 3)", "u^(5/6)"),
        ("sqrt(a^2 + 2 a b + b^2)", "abs(a + b)"),
        ("sqrt(u v)", "sqrt(u) sqrt(v)"),
    ],
    "exponentials": [
        ("exp(x + y)", "exp(x) exp(y)"),
        ("2^(2 x)", "4^x"),
        ("exp(n log(u))", "u^n"),
        ("u^(log(v))", "v^(log(u))"),
        ("sigmoid(x)", "1/2 + tanh(x/2)/2"),
        ("softplus(x) - softplus(-x)", "x"),
    ],
    "logarithms": [
        ("log(x^2)", "2 log(abs(x))"),
        ("log(u v/w^2)", "log(u) + log(v) - 2 log(w)"),
        ("log2(u)", "log(u)/log(2)"),
        ("log(8)", "3 log(2)"),
        ("-q log2(q) - (1 - q) log2(1 - q)", "-(q log(q) + (1 - q) log(1 - q))/log(2)"),
    ],
    "trigonometry": [
        ("sin(x)^2 + cos(x)^2", "1"),
        ("cos(x + y)", "cos(x) cos(y) - sin(x) sin(y)"),
        ("sin(3 x)", "3 sin(x) - 4 sin(x)^3"),
        ("(1 - cos(x))/sin(x)", "tan(x/2)"),
        ("sin(pi/12)", "(sqrt(6) - sqrt(2))/4"),
        ("cos(pi/5)", "(1 + sqrt(5))/4"),
        ("cos(asin(x))", "sqrt(1 - x^2)"),
        ("acos(x) + asin(x)", "pi/2"),
        ("atan(u) + atan(1/u)", "pi/2"),
        ("sqrt(1 - sin(x)^2)", "abs(cos(x))"),
    ],
    "hyperbolic": [("cosh(x)^2 - sinh(x)^2", "1"), ("tanh(x)", "(e^(2x) - 1)/(e^(2x) + 1)")],
    "cases": [
        ("max(a, max(b, c))", "max(max(a, b), c)"),
        ("max(a, b)", "(a + b + abs(a - b))/2"),
        ("relu(x) - relu(-x)", "x"),
        ("sign(x) abs(x)", "x"),
    ],
    "integers": [
        ("floor((W + 2P - K)/S) + 1", "ceil((W + 2P - K + 1)/S)"),
        ("ceil((d + 1)/S)", "floor(d/S) + 1"),
        ("floor(floor(d/2)/2)", "floor(d/4)"),
        ("floor(d/2) + ceil(d/2)", "d"),
        ("(-1)^(d^2 + d)", "1"),
        ("cos(pi d)", "(-1)^d"),
        ("mod(d^2, 2)", "mod(d, 2)"),
    ],
    "factorials": [
        ("factorial(n + 1)/factorial(n)", "n + 1"),
        ("binomial(n, 2)", "n(n - 1)/2"),
        ("binomial(n + 1, k)", "binomial(n, k) + binomial(n, k - 1)"),
        ("prod_{j=1}^{n} j", "factorial(n)"),
    ],
    "sums": [
        ("sum_{j=1}^{n} j^3", "(n(n + 1)/2)^2"),
        ("sum_{j=0}^{n} q^j", "(1 - q^(n+1))/(1 - q)"),
        ("sum_{j=1}^{n} j q^j", "q(1 - (n + 1)q^n + n q^(n + 1))/(1 - q)^2"),
        ("sum_{j=1}^{n} 1/(j(j + 1))", "n/(n + 1)"),
        ("sum_{j=1}^{n} 1/j", "harmonic(n)"),
        ("sum_{j=1}^{n} 1/j", "sum_{j=1}^{n} 1/(n + 1 - j)"),
        ("sum_{j=0}^{n} binomial(n, j) q^j (1 - q)^(n - j)", "1"),
        ("sum_{j=0}^{n} j binomial(n, j)", "n 2^(n - 1)"),
        ("sum_{i=1}^{n} sum_{j=1}^{i} j", "n(n + 1)(n + 2)/6"),
        ("sum_{j=1}^{n} X_j", "sum_{i=0}^{n-1} X_{i+1}"),
        ("sum_{j=0}^{n} X_{n-j}", "sum_{j=0}^{n} X_j"),
        ("sum_{j=1}^{n} (X_j + Y_j)", "sum_{j=1}^{n} X_j + sum_{i=1}^{n} Y_i"),
        ("sum_{i=1}^{n} sum_{j=1}^{m} X_i Y_j", "(sum_{i=1}^{n} X_i)(sum_{i=1}^{m} Y_i)"),
    ],
}
DIFFERENT = [
    ("sqrt(x^2)", "x"),
    ("log(x^2)", "log(abs(x))"),
    ("sqrt(x^2 + y^2)", "abs(x) + abs(y)"),
    ("abs(x + y)", "abs(x) + abs(y)"),
    ("max(a, b)", "a"),
    ("floor(x + y)", "floor(x) + floor(y)"),
    ("ceil(W/S)", "floor(W/S) + 1"),
    ("(-1)^d", "1"),
    ("sin(2 x)", "2 sin(x)"),
    ("sqrt(5 + 2 sqrt(6))", "sqrt(2) + sqrt(3) + 1/10^60"),
    ("sum_{j=0}^{n} q^j", "(1 - q^n)/(1 - q)"),
    ("sum_{j=1}^{n} X_j", "sum_{j=0}^{n} X_j"),
    ("binomial(n, k)", "binomial(n, k + 1)"),
    ("x^(1/3)", "x^(1/2)"),
]


@pytest.mark.parametrize(
    ("left", "right"),
    [pytest.param(*pair, id=f"{g}-{i}") for g in EQUAL for i, pair in enumerate(EQUAL[g])],
)
def test_equal_formulas_are_proved(left: str, right: str) -> None:
    # In a long run of tests a collection of garbage alone may take what a proof is given.
    assert proved(parse_formula(left, TABLE), parse_formula(right, TABLE), facts(), PATIENCE)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_formulas_are_not_proved(left: str, right: str) -> None:
    assert not proved(parse_formula(left, TABLE), parse_formula(right, TABLE), facts())


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        ("(W + 2P - K)/S + 1", "floor((W + 2P - K)/S) + 1", "S divides W + 2*P - K"),
        ("abs(a - b)", "a - b", "a >= b"),
        ("a + b", "2 a", "a = b"),
        ("(d - 1)/2", "floor(d/2)", "mod(d, 2) = 1"),
    ],
)
def test_conditions_help_a_proof(left: str, right: str, given: str) -> None:
    nodes = parse_formula(left, TABLE), parse_formula(right, TABLE)
    assert proved(*nodes, facts(given), PATIENCE)
    assert not proved(*nodes, facts())


def facts(*given: str) -> Facts:
    conditions = [parse_condition(text, TABLE) for text in given]
    relations = [(c.left, c.operator, c.right) for c in conditions]
    return Facts(TABLE.symbols, TABLE.families, relations)
