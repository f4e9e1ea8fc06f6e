from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import FormulaError
from autograder.symbolic.conditions import parse_condition
from autograder.symbolic.domain import Domain, parse_domain
from autograder.symbolic.sample import boundary_values, sample_points
from tests.symbolic.tables import CONVOLUTION, table_of

PHRASES = [
    "real",
    "positive real",
    "nonnegative real",
    "negative real",
    "nonzero real",
    "integer",
    "positive integer",
    "nonnegative integer",
    "rational",
    "in (0, 1)",
    "in [0, 1)",
    "real in (-1, 1]",
    "in [2, oo)",
    "positive integer in [1, 5]",
]


@pytest.mark.parametrize("phrase", PHRASES)
def test_samples_lie_in_their_domain(phrase: str) -> None:
    domain = parse_domain(phrase)
    points = sample_points({"x": domain}, {})
    assert points
    assert all(point.symbols["x"] in domain for point in points)


@pytest.mark.parametrize(
    ("phrase", "inside", "outside"),
    [
        ("positive integer", ["1", "7"], ["0", "-1", "1/2"]),
        ("nonnegative integer", ["0", "3"], ["-1", "1/2"]),
        ("in (0, 1)", ["1/2", "99/100"], ["0", "1", "2"]),
        ("in [0, oo)", ["0", "1000"], ["-1"]),
        ("nonzero real", ["-1", "1"], ["0"]),
        ("positive real in (-1, 1]", ["1"], ["0", "-1/2"]),
    ],
)
def test_membership(phrase: str, inside: list[str], outside: list[str]) -> None:
    domain = parse_domain(phrase)
    assert all(Fraction(value) in domain for value in inside)
    assert not any(Fraction(value) in domain for value in outside)


@pytest.mark.parametrize("phrase", ["positiv", "in (1, 0)", "in (a, b)", "real numbers"])
def test_what_is_no_domain_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"domain|interval|number"):
        parse_domain(phrase)


def test_boundary_values_come_first() -> None:
    assert boundary_values(parse_domain("nonnegative integer"))[:3] == [0, 1, 2]
    assert Fraction(1, 2) in boundary_values(parse_domain("in (0, 1)"))


def test_samples_meet_the_conditions() -> None:
    table = table_of(**CONVOLUTION)
    condition = parse_condition("W_in + 2*P >= K", table)
    points = sample_points({n: table.symbols[n] for n in ("W_in", "P", "K")}, {}, [condition])
    assert len(points) == 64
    assert all(p.symbols["W_in"] + 2 * p.symbols["P"] >= p.symbols["K"] for p in points)


def test_divisibility_as_a_condition() -> None:
    table = table_of(W="positive integer", S="positive integer")
    condition = parse_condition("S divides W - 1", table)
    points = sample_points(table.symbols, {}, [condition])
    assert len(points) > 30
    assert all((p.symbols["W"] - 1) % p.symbols["S"] == 0 for p in points)


def test_parity_is_a_condition_and_membership_is_refused() -> None:
    table = table_of(n="positive integer")
    condition = parse_condition("n is even", table)
    points = sample_points(table.symbols, {}, [condition])
    assert points
    assert all(p.symbols["n"] % 2 == 0 for p in points)
    with pytest.raises(FormulaError, match="bounds as comparisons"):
        parse_condition("n in [1, 5]", table)


def test_samples_depend_on_the_seed_alone() -> None:
    domains = {"x": parse_domain("real"), "n": parse_domain("integer")}
    first, again, other = (sample_points(domains, {}, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@given(st.integers(-50, 50), st.integers(0, 50))
def test_a_domain_between_integers_has_samples(low: int, width: int) -> None:
    domain = Domain("integer", Fraction(low), Fraction(low + width))
    points = sample_points({"n": domain}, {})
    assert points
    assert all(low <= point.symbols["n"] <= low + width for point in points)
