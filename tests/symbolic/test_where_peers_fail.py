"""Where other graders are known to go wrong; each test names one such failure."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.compare import Comparer
from autograder.symbolic.diagnose import diagnose
from autograder.symbolic.pair import Answer, Pair, compare_pair
from autograder.symbolic.prover import Prover
from autograder.symbolic.reader import read_expression
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable
from tests.symbolic.tables import table_of

SIZES = {"m": "nonnegative integer", "W": "positive integer", "S": "positive integer"}
LAYERS = {
    "L": "nonnegative integer",
    "K[]": "positive integer",
    "S[]": "positive integer",
    "b[]": "real",
    "x": "real",
}


def judged(
    expected: str, student: str, symbols: dict[str, str] | None = None, prover: Prover | None = None
) -> Answer:
    return compare_pair(Pair(expected, student, symbols or {}), prover)


def test_ceiling_and_floor_identity_is_accepted() -> None:
    assert judged("ceil((m+1)/S)", "floor(m/S) + 1", SIZES).verdict == "equal"


@pytest.mark.parametrize(
    ("expected", "student"),
    [
        ("ceil(W/S)", "floor(W/S) + 1"),  # differs only where S divides W
        ("floor(m/S) + 1", "ceil((m+2)/S)"),  # only where S divides m + 1
        ("ceil(m/S)", "floor((m+S)/S)"),
        ("floor((W-1)/S) + 1", "floor(W/S) + 1"),
    ],
)
def test_samples_meet_divisibility(expected: str, student: str) -> None:
    assert judged(expected, student, SIZES).verdict == "different"


@pytest.mark.parametrize(
    ("expected", "student", "symbols"),
    [
        ("max(x, y)", "max(x, y) + (1 - sign(x - y)^2)", {"x": "real", "y": "real"}),  # a tie
        ("abs(x)", "abs(x) + 1 - sign(x)^2", {"x": "real"}),  # at 0
        ("beta^t", "beta^abs(t - 1)*beta^t/beta^(t - 1)", {"beta": "in (0, 1)", "t": "nonnegative integer"}),
    ],
)  # fmt: skip
def test_samples_meet_ties_and_first_steps(
    expected: str, student: str, symbols: dict[str, str]
) -> None:
    assert judged(expected, student, symbols).verdict == "different"


@pytest.mark.parametrize(
    "student",
    ["L*(L+1)/2 + floor(1/(L+1))", "L*(L+1)/2 + L*abs(L-2)*floor(2/(L+1))", "L^2 - L + 1"],
)
def test_samples_meet_lengths_of_zero_one_and_two(student: str) -> None:
    assert judged("sum_{j=1}^{L} j", student, {"L": "nonnegative integer"}).verdict == "different"


@pytest.mark.parametrize(
    "student",
    [
        "sum_{i=0}^{L-1} K_{i+1}",  # shift
        "sum_{j=1}^{L} K_{L+1-j}",  # reversal
        "sum_{l=1}^{L} (K_l + 1) - L",  # split
    ],
)
def test_sums_are_equal_under_shift_reversal_and_split(student: str, prover: Prover) -> None:
    symbols = {**LAYERS, "L": "positive integer"}
    assert judged("sum_{j=1}^{L} K_j", student, symbols, prover).verdict == "equal"


@pytest.mark.parametrize(
    ("expected", "student"),
    [
        ("sum_{j=1}^{L} K_j", "sum_{j=1}^{L} K_j + K_L - K_1"),
        ("sum_{l=1}^{L} b_l*prod_{i=l+1}^{L} K_i", "sum_{l=1}^{L} b_l*prod_{i=l}^{L} K_i"),
        ("sum_{i=1}^{L} sum_{j=1}^{i} K_j", "sum_{i=1}^{L} sum_{j=1}^{L} K_j"),
        ("1 + sum_{l=1}^{L} (K_l-1)*prod_{i=1}^{l-1} S_i", "1 + sum_{l=1}^{L} (K_l-1)*prod_{i=1}^{l} S_i"),
    ],
)  # fmt: skip
def test_a_bias_or_a_stride_on_the_wrong_layer_is_not_equal(
    expected: str, student: str, prover: Prover
) -> None:
    assert judged(expected, student, LAYERS, prover).verdict == "different"


def test_high_powers_are_refuted_before_anything_is_expanded(prover: Prover) -> None:
    assert judged("(x+y+z+1)^30", "(x+y+z+1)^29", prover=prover).verdict == "different"
    assert judged("(x+y+z+1)^30", "(1+z+y+x)^30", prover=prover).verdict == "equal"


@pytest.mark.parametrize(
    ("text", "meaning", "misreading"),
    [
        ("2 n^2 d", "2*n*n*d", "2*n^2"),
        (r"\eta\cdot t", "t*eta", "eta"),
        (r"n\log n", "n*log(n)", "n*log(n, 10)"),
        ("K k", "k*K", "k^2"),
        ("x²", "x*x", "2*x"),
        ("2x²+1", "1 + 2*x*x", "2"),
    ],
)
def test_nothing_is_dropped_or_misread_in_silence(text: str, meaning: str, misreading: str) -> None:
    symbols = dict.fromkeys(("n", "d", "eta", "t", "K", "k", "x"), "positive real")
    assert judged(meaning, text, symbols).verdict == "equal"
    assert judged(misreading, text, symbols).verdict == "different"


@pytest.mark.parametrize(
    "text", ["2x + ", "x) + 1", "x ? y", "x y z )", r"\frac{x}", "x^", "#x", "x @ y"]
)
def test_what_cannot_be_read_is_said_with_its_position(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read_expression(text, table_of(x="real", y="real", z="real"))
    assert caught.value.line == 1 and 1 <= caught.value.column <= len(text) + 1
    assert caught.value.message


def test_one_symbol_has_one_domain_in_every_notation() -> None:
    table = table_of(beta_1="in (0, 1)", W_in="positive integer")
    for spelling in (r"\beta_1", "β₁", "beta_1", r"\beta_{1}"):
        assert read_expression(spelling, table).node == read_expression("beta_1", table).node
    symbols = {"beta_1": "positive real"}
    assert judged("sqrt(beta_1^2)", r"\beta_1", symbols).verdict == "equal"
    assert judged("sqrt(beta_1^2)", "β₁", symbols).verdict == "equal"


def test_a_rounded_decimal_is_no_fraction_without_a_tolerance() -> None:
    assert judged("1/3", "0.3333333333").verdict == "different"
    assert judged("1/4", "0.25").verdict == "equal"
    table = SymbolTable(open=True)
    third, rounded = (read_expression(text, table).node for text in ("1/3", "0.3333333333"))
    tolerant = Comparer(table, tolerance=Fraction(1, 10**6))
    assert tolerant.compare(third, rounded).equal
    assert not tolerant.compare(third, read_expression("0.3334", table).node).equal


@pytest.mark.parametrize("name", "beta gamma zeta lambda S N E I Q O C".split())
def test_names_that_sympy_owns_are_the_students(name: str, prover: Prover) -> None:
    symbols = {name: "positive real", "x": "real"}
    assert (
        judged(f"({name} + x)^2", f"{name}^2 + 2*{name}*x + x^2", symbols, prover).verdict
        == "equal"
    )
    assert judged(f"{name}*x", "x", symbols, prover).verdict == "different"


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "factorial(10**7)",
        "1e999999999",
        "__import__('os').system('echo x')",
        "(" * 10**5,
    ],
    ids=lambda text: text[:20],
)
def test_texts_that_hang_or_run_elsewhere_are_answered(text: str, prover: Prover) -> None:
    assert judged("x", text, prover=prover).verdict in ("invalid", "different", "undecided")


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("-(x + n)", "sign"),
        ("2*(x + n)", "2 times"),
        ("x + n + 3", "3 more"),
        ("x + n + 1", "1 more"),
    ],
)
def test_feedback_names_the_mistake(student: str, words: str) -> None:
    table = table_of(x="real", n="integer")
    expected, wrong = (read_expression(text, table).node for text in ("x + n", student))
    line = diagnose(Comparer(table), expected, wrong)
    assert line is not None and words in line


def test_feedback_names_a_shifted_index() -> None:
    table = table_of(r="in (0, 1)", n="positive integer")
    expected, wrong = (
        read_expression(text, table).node for text in ("(1-r^n)/(1-r)", "(1-r^(n+1))/(1-r)")
    )
    line = diagnose(Comparer(table), expected, wrong)
    assert line is not None and "n is off by one" in line


def test_a_sum_is_proved_by_its_closed_form(prover: Prover) -> None:
    found = judged("sum_{k=1}^{n} k^3", "n^2*(n+1)^2/4", {"n": "positive integer"}, prover)
    assert (found.verdict, found.proof in ("exact", "sympy")) == ("equal", True)


def test_what_was_read_is_shown_back() -> None:
    reading = read_expression("2 n²d", table_of(n="real", d="real"))
    assert plain(reading.node) == "2*n^2*d"
