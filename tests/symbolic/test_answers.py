"""Answers of every kind are read as what they are, in every notation, and shown back."""

from __future__ import annotations

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.domain import parse_domain
from autograder.symbolic.reader import parse_formula, read_answer, read_expression
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.together import read_together
from autograder.symbolic.tree import Constant, Interval, Matrix, Relation, Symbol
from tests.symbolic.tables import table_of

OPEN = SymbolTable(open=True)


def shown(text: str, table: SymbolTable = OPEN) -> str:
    return plain(read_answer(text, table).node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}", "{x^2 if x > 0; -x otherwise}"),
        (r"\begin{cases} x, & \text{if } x > 0, \\ 0, & \text{if } x \le 0. \end{cases}", "{x if x > 0; 0 if x <= 0}"),
        (r"\left\{\begin{array}{ll} a & x>0 \\ b & x \leq 0\end{array}\right.", "{a if x > 0; b if x <= 0}"),
        ("{a, x>0; b, otherwise}", "{a if x > 0; b otherwise}"),
        ("x if x > 0 else 0", "{x if x > 0; 0 otherwise}"),
        ("1 if x > 1 else 2 if x > 0 else 3", "{1 if x > 1; 2 if x > 0; 3 otherwise}"),
        ("Piecewise((x, x > 0), (0, True))", "{x if x > 0; 0 otherwise}"),
        ("np.where((x > 0) and (y < 1), x, 0)", "{x if x > 0 and y < 1; 0 otherwise}"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "[[1, 2], [3, 4]]"),
        (r"\left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]", "[[1, 2], [3, 4]]"),
        ("[1, 2; 3, 4]", "[[1, 2], [3, 4]]"),
        ("Matrix([a, b])", "[[a], [b]]"),
        (r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", "det([[a, b], [c, d]])"),
        (r"\begin{pmatrix} 1 & 2 \end{pmatrix}^T", "transpose([[1, 2]])"),
        (r"\{1, 2\}", "{1, 2}"),
        ("{1}", "{1}"),
        (r"\emptyset", "{}"),
        ("[0, 1)", "[0, 1)"),
        ("]0, 1[", "Interval.open(0, 1)"),
        (r"(-\infty, 1) \cup (2, \infty)", "Interval.open(-∞, 1) ∪ Interval.open(2, ∞)"),
        ("(-oo, 1] U [2, oo)", "(-∞, 1] ∪ [2, ∞)"),
        (r"x \in [0, 1]", "x in Interval(0, 1)"),
        ("x = 1, x = -1", "x = 1 or x = -1"),
        ("x = 1, y = 2", "x = 1 and y = 2"),
        ("0 < x < 1", "0 < x and x < 1"),
        ("n is even", "mod(n, 2) = 0"),
        ("x = 2 ± y", "x = 2 + y or x = 2 - y"),
        (r"\int_0^1 x^2\,\mathrm{d}x", "integral(x^2, x, 0, 1)"),
        ("∫_0^1 x^2 dx + 1", "integral(x^2, x, 0, 1) + 1"),
        ("int_0^1 int_0^x x y dy dx", "integral(integral(x*y, y, 0, x), x, 0, 1)"),
        ("int_0^1 x^n dx", "integral(x^n, x, 0, 1)"),
        (r"\int xdx", "integral(x, x)"),
        (r"\int \frac{dx}{x}", "integral(1/x, x)"),
        (r"\int_1^2 \frac{x\,dx}{1+x^2}", "integral(x/(1 + x^2), x, 1, 2)"),
        (r"\int_0^1 \int_0^x x y \, dy \, dx", "integral(integral(x*y, y, 0, x), x, 0, 1)"),
        ("integrate(x^2, (x, 0, 1))", "integral(x^2, x, 0, 1)"),
        (r"\lim_{x \to 0} \frac{\sin x}{x}", "limit(sin(x)/x, x, 0)"),
        (r"\lim_{x\to 0^+} \ln x", "limit(log(x), x, 0, right)"),
        ("lim_{x->0} x", "limit(x, x, 0)"),
        (r"\frac{d}{dx}\left(x^2 + 1\right)", "derivative(x^2 + 1, x)"),
        (r"\frac{d^2}{dx^2} x^3", "derivative(x^3, x, 2)"),
        (r"\frac{\partial^2}{\partial x \partial y} x^2 y", "derivative(derivative(x^2*y, y), x)"),
        (r"\left.\frac{d}{dx} x^2\right|_{x=3}", "derivative(x^2, x=3)"),
        (r"\left. x^2 \right|_0^1", "1^2 - 0^2"),
        ("d/dx (x^2)", "derivative(x^2, x)"),
        ("diff(x^3, x, 2)", "derivative(x^3, x, 2)"),
        ("-W//S", "floor((-W)/S)"),
        ("sin^{-1} x + tan⁻¹ y", "asin(x) + atan(y)"),
        ("sinx", "sin(x)"),
        ("C(n, k) + {n \\choose k} + (n choose k)", "binomial(n, k) + binomial(n, k) + binomial(n, k)"),
        ("n!! + (2n)!", "doublefactorial(n) + factorial(2*n)"),
        ("Γ(x+1)", "Gamma(x + 1)"),
        ("sin(30°)", "sin(30*(π/180))"),
        ("z^*", "conjugate(z)"),
        ("lg x", "log(x, 10)"),
        ("F.relu(x) + torch.sigmoid(x)", "relu(x) + sigmoid(x)"),
        ("math.comb(n, k) + np.log1p(x)", "binomial(n, k) + log(1 + x)"),
        ("𝑥² + 𝛼 + ｘ＋１", "x^2 + α + x + 1"),
        (r"\sum_{k \ge 0} x^k", "Σ_{k=0}^{∞} x^k"),
        (r"\sum_{i=1}^n x_i^2", "Σ_{i=1}^{n} x[i]^2"),
        ("sum([a, b, c])", "a + b + c"),
    ],
)  # fmt: skip
def test_readings(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("50%", "per cent cannot be read"),
        ("0,5", "one number or two?"),
        ("1,000", "one number or two?"),
        ("softmax(x)", "unknown function softmax"),
        ("f(x)", "unknown function f"),
        (r"a \approx b", r"cannot read \approx"),
        ("two times x", "prose is no formula"),
        (r"\log^{-1} x", "inverse or a reciprocal"),
        ("(x > 0) + 1", "not a comparison"),
        ("(1, 2) * 3", "a list of formulas is no number"),
        ("[0, 1) + 1", "a set is no number"),
        ("[[1, 2], [3]]", "different lengths"),
        (r"\begin{pmatrix} 1 & 2", "never closed"),
        (r"\int_0^1 x^2", "does not say its variable"),
        (r"\int_0 x dx", "only one of its bounds"),
        (r"\frac{df}{dx}", "is a symbol here, not a function"),
        ("dy/dx", "is a symbol here, not a function"),
        ("{x, y > 0; 1}", "no condition"),
        ("n!!!", "needs brackets"),
        ("x = 1 or 2", "'or' joins relations"),
    ],
)
def test_what_is_not_read_says_why(text: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read_answer(text, OPEN)
    assert words in caught.value.message
    assert caught.value.pointer()


def test_a_conditional_answer_is_not_cut_to_its_first_value() -> None:
    table = table_of(x="real")
    assert plain(read_expression("x if x > 0 else 0", table).node) == "{x if x > 0; 0 otherwise}"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1/2x", "1/2x was read as (1/2)*x"),
        ("log x y", "log x y was read as log(x y)"),
        ("x, x > 0", "takes no part in the grading"),
    ],
)
def test_what_others_might_read_otherwise_is_noted(text: str, note: str) -> None:
    assert any(note in each for each in read_answer(text, OPEN).notes)


def test_the_imaginary_unit_never_takes_an_index() -> None:
    unit, index = Constant("i"), Symbol("i")
    assert read_answer("i", OPEN).node == unit
    assert read_answer("i", table_of(z="complex")).node == unit
    assert read_answer("j", table_of(z="complex")).node == unit
    assert read_answer("i", table_of(i="integer")).node == index
    with pytest.raises(FormulaError, match="unknown symbol i"):
        read_answer("i", table_of(n="integer"))
    with pytest.raises(FormulaError, match="unknown symbol i"):
        read_answer("i", table_of(K_FAMILY="real"))
    assert "i" in shown("a_i + i*j")
    assert read_answer("a_i + i", OPEN).node.terms[1] == index  # type: ignore[attr-defined]


def test_a_bar_over_a_complex_symbol_is_its_conjugate() -> None:
    table = SymbolTable({"z": parse_domain("complex")})
    assert shown(r"\bar{z} z", table) == "conjugate(z)*z"


def test_harmonic_numbers_where_no_symbol_hides_them() -> None:
    assert shown("H_n", table_of(n="positive integer")) == "harmonic(n)"
    assert shown("H_n", table_of(n="positive integer", H_n="real")) == "H_n"


def test_declared_symbols_win_over_operators() -> None:
    table = table_of(d="real", x="real", C="real", n="real")
    assert shown("d/x", table) == "d/x"
    assert shown("C(n + 1)", table) == "C*(n + 1)"


@pytest.mark.parametrize(
    ("expected", "student", "shown_as"),
    [
        ("a*b", "2ab", "2*a*b"),
        ("2ab", "ab", "a*b"),
        ("lr*g", "lr*lr", "lr*lr"),
        (r"\frac{uv}{2}", "uv/2", "u*v/2"),
        ("sum_{i=1}^2 x_i", "x_1 + x_2", "x[1] + x[2]"),
        ("W_out = 2*W", "2 W", "2*W"),
        ("2*W", "W_out = 2 W", "2*W"),
        ("x^2 + y^2 = 1", "y^2 = 1 - x^2", "y^2 = 1 - x^2"),
        ("mu = 1 - q", "q = 1 - mu", "q = 1 - μ"),
        ("m = 2c", "m = c + c = 2c", "2*c"),
    ],
)
def test_two_formulas_are_read_with_the_same_names(
    expected: str, student: str, shown_as: str
) -> None:
    _, reading, _ = read_together(expected, student, OPEN)
    assert plain(reading.node) == shown_as


def test_kinds_are_nodes() -> None:
    assert isinstance(parse_formula("[0, 1)", OPEN), Interval)
    assert isinstance(parse_formula("[[1, 2]]", OPEN), Matrix)
    assert isinstance(read_answer("x >= 1", OPEN).node, Relation)
    with pytest.raises(FormulaError):
        parse_formula("x >= 1", OPEN)
