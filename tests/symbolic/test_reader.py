"""Every notation gives one tree; what cannot be read says where and why."""

from __future__ import annotations

import pytest

from autograder.errors import FormulaError
from autograder.symbolic.reader import (
    parse_formula,
    parse_relation,
    read_expression,
    read_statements,
)
from autograder.symbolic.show import plain
from autograder.symbolic.table import SymbolTable, canonical_name
from autograder.symbolic.tree import Number, Power, Symbol
from tests.symbolic.tables import table_of


def shown(text: str, table: SymbolTable) -> str:
    return plain(read_expression(text, table).node)


@pytest.mark.parametrize(
    "text",
    [
        "c*(1 - beta^t)/(1 - beta)",
        "c (1-β^t) / (1-β)",
        r"\frac{c (1-\beta^t)}{1-\beta}",
        r"\dfrac{c\left(1-\beta^{t}\right)}{1-\beta}",
        "c·(1−βᵗ)÷(1−β)",
        "$c(1 - beta**t)/(1 - beta)$",
        r"\[ \frac{c(1-{\beta}^{t})}{(1-\beta)} \]",
        "c(1-Œ≤^t)/(1-Œ≤)",
        "m^{(t)} = c(1-beta^t)/(1-beta).",
        "m_t := c(1-beta^t)/(1-beta)",
    ],
)
def test_notations_of_one_formula(text: str, optimizers: SymbolTable) -> None:
    assert shown(text, optimizers) == "c*(1 - β^t)/(1 - β)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("beta_1", "β_1"),
        ("β₁", "β_1"),
        (r"\beta_{1}", "β_1"),
        ("beta1", "β_1"),
        ("β1^t", "β_1^t"),
        ("2c", "2*c"),
        ("2 c t", "2*c*t"),
        ("ct", "c*t"),
        ("-eta c t", "-η*c*t"),
        ("etact", "η*c*t"),
        ("c^-t", "c^(-t)"),
        ("c^2^t", "c^(2^t)"),
        ("-c^2", "-c^2"),
        ("c²t³", "c^2*t^3"),
        ("c²+1", "c^2 + 1"),
        ("½c", "1/2*c"),
        (r"\frac12 c", "1/2*c"),
        (r"\sqrt2", "sqrt(2)"),
        (r"\sqrt[3]{c}", "root(c, 3)"),
        ("√(c+1)", "sqrt(c + 1)"),
        ("|c - t||t|", "abs(c - t)*abs(t)"),
        (r"\left|c-t\right|", "abs(c - t)"),
        ("c//t", "floor(c/t)"),
        ("⌊c/t⌋ + ⌈c⌉", "floor(c/t) + ceil(c)"),
        (r"\left\lfloor\frac{c}{t}\right\rfloor", "floor(c/t)"),
        ("c mod t", "mod(c, t)"),
        ("c % t", "mod(c, t)"),
        (r"\log_2 t", "log(t, 2)"),
        ("log2(t)", "log(t, 2)"),
        ("t log t", "t*log(t)"),
        (r"t\ln t", "t*log(t)"),
        ("exp(-c)", "exp(-c)"),
        ("e^{-c}", "e^(-c)"),
        (r"\sin^2 t", "sin(t)^2"),
        ("t!", "factorial(t)"),
        (r"\binom{t}{2}", "binomial(t, 2)"),
        ("max(c, t)", "max(c, t)"),
        (r"\min\{c, t\}", "min(c, t)"),
        ("ReLU(c)", "relu(c)"),
        (r"\operatorname{ReLU}(c)", "relu(c)"),
        ("1e-3 c", "0.001*c"),
        (".5c", "0.5*c"),
    ],
)
def test_readings(text: str, expected: str, optimizers: SymbolTable) -> None:
    assert shown(text, optimizers) == expected


@pytest.mark.parametrize(
    "text",
    [
        r"\sum_{k=0}^{t-1} \beta^k",
        "∑_{k=0}^{t−1} β^k",
        "Σ_{k=0}^{t-1} beta^k",
        "sum_{k=0}^{t-1} beta^k",
        "sum_(k=0)^(t-1) beta^k",
        "sum(beta^k, k, 0, t-1)",
        "Sum(beta**k, (k, 0, t-1))",
        "sum(beta^k, k=0..t-1)",
        "sum(beta**k for k in range(t))",
        "sum([beta**k for k in range(0, t)])",
        r"\sum\limits_{0 \le k < t} \beta^k",
        r"\sum_{k=0}^{t-1}{\beta^{k}}",
    ],
)
def test_notations_of_one_sum(text: str, optimizers: SymbolTable) -> None:
    assert shown(text, optimizers) == "Σ_{k=0}^{t - 1} β^k"


def test_a_sum_takes_the_factors_after_it_and_ends_at_plus(optimizers: SymbolTable) -> None:
    assert shown(r"\sum_{k=1}^{t} c \beta^k + 1", optimizers) == "Σ_{k=1}^{t} c*β^k + 1"


@pytest.mark.parametrize(
    "text", ["K_j", "K_{j}", "K^{(j)}", "K^(j)", "K[j]", "K(j)", "K^j", r"K^{j}"]
)
def test_notations_of_an_index(text: str, layers: SymbolTable) -> None:
    assert shown(f"sum_{{j=1}}^L {text}", layers) == "Σ_{j=1}^{L} K[j]"


def test_an_unbraced_subscript_is_cut_where_latex_cuts_it(layers: SymbolTable) -> None:
    assert shown("sum_{j=1}^L K_jS_j", layers) == "Σ_{j=1}^{L} K[j]*S[j]"


def test_product_below_an_index(layers: SymbolTable) -> None:
    expected = "Σ_{j=1}^{L} (K[j] - 1)*Π_{i=1}^{j - 1} S[i]"
    assert shown(r"\sum_{j=1}^{L}(K_j-1)\prod_{i<j}S_i", layers) == expected


def test_declared_symbols_win_over_functions_and_constants() -> None:
    table = table_of(e="real", pi="real", beta="real", E="real", S="real", log="real")
    for name in ("e", "pi", "beta", "E", "S", "log"):
        assert read_expression(name, table).node == Symbol(name)


def test_case_is_kept() -> None:
    table = table_of(k="real", K="real")
    assert shown("K k", table) == "K*k"


def test_numbers_are_exact() -> None:
    node = parse_formula("0.1", SymbolTable())
    assert isinstance(node, Number)
    assert (node.value.numerator, node.value.denominator, node.decimal) == (1, 10, True)


def test_powers_bind_to_the_right() -> None:
    node = parse_formula("2^3^2", SymbolTable())
    assert isinstance(node, Power)
    assert isinstance(node.exponent, Power)


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("Win + 2", "unknown symbol Win: did you mean W_in?", 1),
        ("w_in", "unknown symbol w_in: did you mean W_in?", 1),
        ("W_in + foo", "unknown symbol foo", 8),
        ("W_in +", "ends too early after '+'", 6),
        ("(W_in + 1", "'(' is never closed", 1),
        ("W_in + 1)", "')' closes nothing", 9),
        ("(W_in + 1]", "expected ')' to close '('", 10),
        ("W_in ** * 2", "expected a number", 9),
        ("W_in # 2", "cannot read the character '#'", 6),
        ("2 3", "two numbers side by side", 3),
        ("floor", "floor needs its argument", 1),
        ("min()", "expected a number", 5),
        ("mod(K)", "mod takes 2 argument(s), not 1", 1),
        ("1 + 2 + ... + K", "leaves the formula open", 9),
        ("W_in, K", "several formulas", 7),
        ("W_in > K", "not an inequality", 1),
        ("sum K", "needs its index and bounds", 1),
        ("sum_{k=1} K", "has no upper bound", 1),
        ("1e99999", "too large", 1),
        ("9" * 100, "more than 60 digits", 1),
    ],
)
def test_what_cannot_be_read_says_where(
    text: str, words: str, column: int, convolution: SymbolTable
) -> None:
    with pytest.raises(FormulaError) as caught:
        read_expression(text, convolution)
    assert words in caught.value.message
    assert (caught.value.line, caught.value.column) == (1, column)


def test_the_place_of_an_error_counts_lines(convolution: SymbolTable) -> None:
    with pytest.raises(FormulaError) as caught:
        read_expression("W_in +\n  foo", convolution)
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert caught.value.pointer() == "  foo\n  ^^^"


def test_a_family_needs_an_index(layers: SymbolTable) -> None:
    with pytest.raises(FormulaError, match="write its index"):
        read_expression("K + 1", layers)


def test_an_alias_stands_for_its_symbol() -> None:
    base = table_of(eta="real")
    table = SymbolTable(base.symbols, {}, {"lr": "eta"})
    assert read_expression("2 lr", table).node == read_expression("2 eta", table).node


def test_a_condition_after_the_formula_is_noted(optimizers: SymbolTable) -> None:
    reading = read_expression("c t, t >= 1", optimizers)
    assert plain(reading.node) == "c*t"
    assert any("condition" in note for note in reading.notes)


def test_of_a_chain_the_last_formula_counts(optimizers: SymbolTable) -> None:
    reading = read_expression("m = c + beta c = c(1 + beta)", optimizers)
    assert plain(reading.node) == "c*(1 + β)"
    assert any("chain" in note for note in reading.notes)


def test_a_lone_name_before_the_equals_sign_is_not_worth_a_note(convolution: SymbolTable) -> None:
    assert read_expression("W_out = W_in", convolution).notes == ()


def test_an_open_table_takes_new_symbols() -> None:
    table = SymbolTable(open=True)
    assert shown("alpha x_1 + foo", table) == "α*x_1 + foo"
    assert shown(r"ab + \alpha", table) == "a*b + α"


def test_relations() -> None:
    left, operator, right = parse_relation("W + 2*P >= K", table_of(W="real", P="real", K="real"))
    assert (plain(left), operator, plain(right)) == ("W + 2*P", ">=", "K")


def test_statements_of_a_recurrence(layers: SymbolTable) -> None:
    text = "r_l = r_{l-1} + K_l for l = 1, ..., L; r_0 = 1"
    statements = read_statements(text, layers)
    assert [statement.is_range for statement in statements] == [False, True, False]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("W_in", "W_in"),
        (r"\beta_1", "beta_1"),
        ("β₁", "beta_1"),
        (r"\hat{m}", "m_hat"),
        ("x'", "x_prime"),
    ],
)
def test_canonical_names(written: str, name: str) -> None:
    assert canonical_name(written) == name
