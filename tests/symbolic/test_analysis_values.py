"""Infinite sums and definite integrals have certain values, or none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.symbolic.arithmetic import Real, Reals, at_precision, differ, exact
from autograder.symbolic.evaluate import Evaluator, NoMembers, NoValue
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.table import SymbolTable

OPEN = SymbolTable(open=True)


def at(r: str) -> Evaluator[Real]:
    return Evaluator(Reals(), {"r": exact(Fraction(r)), "n": exact(Fraction(3))}, NoMembers())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sum_{k=0}^{oo} r^k", "1/(1-r)"),
        ("sum_{k=1}^{oo} r^k", "r/(1-r)"),
        ("sum_{k=0}^{oo} k r^k", "r/(1-r)^2"),
        ("sum_{k=1}^{oo} k^2 r^(k-1)", "(1+r)/(1-r)^3"),
        ("sum_{k=0}^{oo} (k^2 + k) r^k", "2r/(1-r)^3"),
        ("sum_{k=0}^{oo} (-1)^k r^(2k+1)/3^k", "r/(1 + r^2/3)"),
        ("int_0^1 x^n dx", "1/(n+1)"),
        ("int_0^pi sin(x) dx", "2"),
        ("int_0^r exp(-x^2) dx", "sqrt(pi)/2 * erf(r)"),
        ("int_1^2 log(x)/x dx", "log(2)^2/2"),
        ("int_1^4 sqrt(x) dx", "14/3"),
        ("int_0^1 1/(1+x^2) dx", "pi/4"),
        ("d/dx x^3", "3x^2"),
        ("lim_{h->0} ((x+h)^2 - x^2)/h", "2x"),
        ("lim_{h->0} ((x+h)^2 - x^2)", "0"),
        ("lim_{m->oo} (r m^2 + 1)/(m^2 - 3)", "r"),
        ("lim_{m->-oo} 1/m", "0"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("r", ["1/2", "-1/3"])
def test_values(left: str, right: str, r: str) -> None:
    nodes = [parse_formula(text, OPEN) for text in (left, right)]

    def compute(node):
        evaluator = at(r)
        evaluator.symbols["x"] = exact(Fraction(2))
        return evaluator.value(node)

    assert not differ(lambda: compute(nodes[0]), lambda: compute(nodes[1]))


@pytest.mark.parametrize(
    "text",
    [
        "sum_{k=0}^{oo} 2^k",
        "sum_{k=1}^{oo} 1/k",
        "sum_{k=0}^{oo} k",
        "lim_{h->0} 1/h",
        "lim_{h->oo} h",
        "lim_{h->0} sin(h)/h",
        "int_{-1}^1 |x| dx",
        "int_{-1}^1 1/x dx",
        "int_0^1 floor(2x) dx",
        "int_{-1}^1 sqrt(x) dx",
        "int_0^oo exp(-x) dx",
        r"\int x dx",
    ],
)
def test_what_is_not_certain_has_no_value(text: str) -> None:
    node = parse_formula(text, OPEN)
    with pytest.raises(NoValue):
        at_precision(lambda: at("1/2").value(node))
